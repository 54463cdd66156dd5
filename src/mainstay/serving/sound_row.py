"""A sound row as a struct that is made from the contract: decoded, looked up and logged without a dict between."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from typing import Annotated, NamedTuple, Protocol

import msgspec
from msgspec import UNSET
from msgspec.structs import astuple

from mainstay.model.few_rows import Values
from mainstay.model.value_bins import listed_first
from mainstay.rows.contract import Column, Contract


class SoundRow(Protocol):
    """A field a column, None where a value is missing: the features as a scorer wants them, what else is asked, and
    `customer`; last, where the contract has an observation date, `day`.
    """

    customer: str | None
    day: datetime.date | None


class Apart(NamedTuple):
    """Rows taken apart. `values` are what scorers look up; `rows` have lost customer and day, and may be shown."""

    customers: list[str | None]
    days: list[datetime.date | None]
    values: list[Values]
    rows: list[SoundRow]


def take_apart(rows: list[SoundRow]) -> Apart:
    """The parts of rows, which are not to be used any more."""
    found = Apart([row.customer for row in rows], [row.day for row in rows], [*map(astuple, rows)], rows)
    for row in rows:
        row.customer = row.day = UNSET
    return found


def row_type(contract: Contract, absent: Callable[[], None]) -> type[SoundRow]:
    """The struct. `absent` is called for each field that may be left out and is."""
    columns = in_order(contract)
    left_out = msgspec.field(default_factory=absent)
    fields = [_field(number, column, left_out) for number, column in enumerate(columns)]
    fields.append(("customer", Annotated[str, msgspec.Meta(min_length=1)], left_out))
    names = {_name(number): column.name for number, column in enumerate(columns)} | {"customer": contract.id}
    if contract.observed_on:
        fields.append(("day", datetime.date) if needs_day(contract) else ("day", datetime.date, left_out))
        names["day"] = contract.observed_on
    bases = (msgspec.Struct,) if contract.observed_on else (_Undated,)
    return msgspec.defstruct("Row", fields, bases=bases, rename=names, kw_only=True, gc=False)


def in_order(contract: Contract) -> list[Column]:
    """The columns that are read, but for id and observation date."""
    return [*listed_first(contract.features), *(c for c in contract.used if not c.is_feature)]


def date_fields(contract: Contract) -> list[str]:
    """The fields of features that are dates."""
    return [_name(n) for n, column in enumerate(in_order(contract)) if column.is_feature and column.kind == "date"]


def needs_day(contract: Contract) -> bool:
    """Whether a row without an observation date cannot be read."""
    return any(c.kind == "date" for c in contract.features)


def as_mapping(row: SoundRow) -> dict[str, object]:
    """Its values by column."""
    return dict(zip(type(row).__struct_encode_fields__, astuple(row), strict=True))


def from_mapping(kind: type[SoundRow], values: Mapping[str, object]) -> SoundRow:
    """The struct of values by column, which were judged; what is not there is None."""
    fields = zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    return kind(**{field: values.get(name) for field, name in fields})


class _Undated(msgspec.Struct):
    """Where no row has a day, that of none can be told, or taken off."""

    @property
    def day(self) -> None:
        return None

    @day.setter
    def day(self, value: object) -> None:
        pass


def _name(number: int) -> str:
    """Of a field: columns may be called as nothing in Python is."""
    return f"v{number}"


def _field(number: int, column: Column, left_out: object) -> tuple[object, ...]:
    own = _value(column)
    if not column.is_feature or column.missing > 0:
        return _name(number), own | None, left_out
    return _name(number), own


def _value(column: Column) -> object:
    if column.kind == "integer":
        return Annotated[int, msgspec.Meta(ge=math.ceil(column.lower), le=math.floor(column.upper))]
    if column.kind == "number":
        return Annotated[float, msgspec.Meta(ge=column.lower, le=column.upper)]
    return {"category": str, "boolean": bool, "date": datetime.date}[column.kind]
