"""A sound row as a struct that is made from the contract: decoded, looked up and logged without a dict between."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal, NamedTuple, Protocol

import msgspec
from msgspec import UNSET
from msgspec.structs import astuple

from mainstay.model.value_keys import Columns, coded_first
from mainstay.rows.contract import Column, Contract


class SoundRow(Protocol):
    """A field a column, None where a value is missing: the features as a scorer wants them, what else is asked, and
    `customer`; last, where the contract has an observation date, `day`.
    """

    customer: str | None
    day: datetime.date | None


class Apart(NamedTuple):
    """Rows taken apart. `columns` are what scorers look up; `rows` have lost customer and day, and may be shown."""

    customers: Sequence[str | None]
    days: Sequence[datetime.date | None]
    columns: Columns
    rows: list[SoundRow]


def take_apart(rows: list[SoundRow]) -> Apart:
    """The parts of rows, which are not to be used any more."""
    if not rows:
        return Apart((), (), (), rows)
    columns = [*zip(*map(astuple, rows), strict=True)]
    dated = not isinstance(rows[0], _Undated)
    for row in rows:
        row.customer = row.day = UNSET
    customers, days = columns[-2:] if dated else (columns[-1], [None] * len(rows))
    return Apart(customers, days, columns, rows)


def row_type(contract: Contract, absent: Callable[[], None], listed: bool = False) -> type[SoundRow]:
    """The struct. `absent` is called for each field that may be left out and is; where only `listed` categories are
    taken, no string is made of one.
    """
    columns = in_order(contract)
    left_out = msgspec.field(default_factory=absent)
    fields = [_field(number, _value(column, listed), column, left_out) for number, column in enumerate(columns)]
    fields.append(("customer", Annotated[str, msgspec.Meta(min_length=1)], left_out))
    names = {_name(number): column.name for number, column in enumerate(columns)} | {"customer": contract.id}
    if contract.observed_on:
        fields.append(("day", datetime.date) if needs_day(contract) else ("day", datetime.date, left_out))
        names["day"] = contract.observed_on
    bases = (msgspec.Struct,) if contract.observed_on else (_Undated,)
    return msgspec.defstruct("Row", fields, bases=bases, rename=names, kw_only=True, gc=False)


def in_order(contract: Contract) -> list[Column]:
    """The columns that are read, but for id and observation date."""
    return [*coded_first(contract.features), *(c for c in contract.used if not c.is_feature)]


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


def _field(number: int, own: object, column: Column, left_out: object) -> tuple[object, ...]:
    if not column.is_feature or column.missing > 0:
        return _name(number), own | None, left_out
    return _name(number), own


def _value(column: Column, listed: bool) -> object:
    if column.kind == "integer":
        return Annotated[int, msgspec.Meta(ge=math.ceil(column.lower), le=math.floor(column.upper))]
    if column.kind == "number":
        return Annotated[float, msgspec.Meta(ge=column.lower, le=column.upper)]
    if column.kind == "category" and listed and column.values:
        return Literal[column.values]
    return {"category": str, "boolean": bool, "date": datetime.date}[column.kind]
