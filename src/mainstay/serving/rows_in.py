"""The body of a request -> rows of contract values, or what is wrong with each field.

Two ways lead to the same rows. The quick one is a decoder made from the contract, which takes sound rows in a
microsecond. Whatever it does not take goes the long one, by the contract itself, which alone says what is a fault.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from typing import Annotated, NotRequired, Required, TypedDict

import msgspec

from mainstay.params import Serve
from mainstay.rows.contract import Column, Contract, fault_of
from mainstay.serving import strict_json
from mainstay.serving.problem import Problem, Wrong, pointer

Row = dict[str, object]

Where = Callable[[int, str | None], str]
"""Function from a row's number and a field, or None for the row itself, to the JSON pointer that leads there."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class RowsIn:
    """Reads rows that keep a contract."""

    def __init__(self, contract: Contract, limits: Serve) -> None:
        self.contract, self.limits = contract, limits
        self._one = msgspec.json.Decoder(_type(contract)).decode
        self._many = msgspec.json.Decoder(list[_type(contract)]).decode
        self._on_time = _on_time(contract)

    def read(self, body: bytes) -> tuple[list[Row], bool]:
        """The rows of a body, and whether they came as a list. Raises Problem 400 or 422."""
        return self._quick(body) or self._long(body)

    def judge(self, documents: list[object], where: Where) -> list[Row]:
        """Rows of JSON as rows of contract values. Raises Problem 422 that names, by `where`, the faults of each."""
        if len(documents) > self.limits.max_rows:
            raise Problem(422, f"saw {len(documents)} rows, wanted at most {self.limits.max_rows} in one request")
        rows, wrong = [], []
        for number, document in enumerate(documents):
            row, found = judged(document, self.contract)
            rows.append(row)
            wrong += [Wrong(where(number, name), detail) for name, detail in found]
            if len(wrong) >= self.limits.max_faults:
                break
        if wrong:
            faults = wrong[: self.limits.max_faults]
            raise Problem(422, f"{faults[0].pointer or 'the body'} {faults[0].detail}", faults)
        return rows

    def _quick(self, body: bytes) -> tuple[list[Row], bool] | None:
        """Rows that are sound beyond doubt."""
        whole = body[:1] == b"["
        try:
            rows = self._many(body) if whole else [self._one(body)]
        except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
            return None
        sound = _each_key_once(body, rows) and self._on_time(rows) and len(rows) <= self.limits.max_rows
        return (rows, whole) if sound else None

    def _long(self, body: bytes) -> tuple[list[Row], bool]:
        document = strict_json.parse(body, self.limits.max_depth)
        whole = isinstance(document, list)
        where = _in_list if whole else _alone
        return self.judge(document if whole else [document], where), whole


def _in_list(number: int, name: str | None) -> str:
    return pointer(number) if name is None else pointer(number, name)


def _alone(number: int, name: str | None) -> str:
    return "" if name is None else pointer(name)


def judged(document: object, contract: Contract) -> tuple[Row, list[tuple[str | None, str]]]:
    """A row of JSON as a row of contract values; and its faults, by field, or by None where they are the row's."""
    if not isinstance(document, dict):
        return {}, [(None, "is no object, wanted one customer row")]
    row = typed(document, contract)
    found = {f.column: f.reason for f in contract.faults(row)}
    for column in contract.slices:
        value = row.get(column.name)
        reason = None if value is None or column.is_feature else fault_of(column, value)
        if reason:
            found[column.name] = reason
    return row, list((_key_faults(row, contract) | found).items())


def typed(document: Mapping[str, object], contract: Contract) -> Row:
    """A row with days as dates, and whole numbers as integers where the column holds such: else as it came."""
    kinds = {c.name: c.kind for c in contract.used} | {contract.observed_on: "date"}
    return {name: _TYPED.get(kinds.get(name), _same)(value) for name, value in document.items()}


def _key_faults(row: Row, contract: Contract) -> dict[str, str]:
    """Of id and observation date, which a table's reader has judged before the contract sees a row."""
    found, today = {}, contract.observed_on
    customer = row.get(contract.id, "?")
    if not isinstance(customer, str) or not customer:
        found[contract.id] = "wanted a string that is not empty"
    if today and today in row and type(row[today]) is not datetime.date:
        found[today] = "wanted a date as 2024-05-31"
    if _needs_today(contract) and today not in row:
        found[today] = "is missing, wanted a date as 2024-05-31"
    return found


def _needs_today(contract: Contract) -> bool:
    return any(c.kind == "date" for c in contract.features)


def _same(value: object) -> object:
    return value


def _day(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return value
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return value


def _whole_number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _number(value: object) -> object:
    return float(value) if type(value) is int else value


_TYPED: dict[str | None, Callable[[object], object]] = {"date": _day, "integer": _whole_number, "number": _number}


def _each_key_once(body: bytes, rows: list[Row]) -> bool:
    """Whether no key stands twice, and none is unknown: each key that did not become one of a row's has a colon too.

    Colons in strings are taken off where no backslash may hide one. False where it cannot be told.
    """
    colons, keys = body.count(b":"), sum(map(len, rows))
    if colons == keys:
        return True
    if b"\\" in body:
        return False
    inside = sum(v.count(":") for row in rows for item in row.items() for v in item if type(v) is str)
    return colons == keys + inside


def _on_time(contract: Contract) -> Callable[[list[Row]], bool]:
    """Whether no date feature lies after the observation date."""
    dates, today = [c.name for c in contract.features if c.kind == "date"], contract.observed_on

    def on_time(rows: list[Row]) -> bool:
        for row in rows:
            for name in dates:
                day = row.get(name)
                if day is not None and day > row[today]:
                    return False
        return True

    return on_time


def _type(contract: Contract) -> type:
    """The type of one sound row. A key too many is dropped by the decoder, and found by its colon."""
    fields: dict[str, object] = {contract.id: NotRequired[Annotated[str, msgspec.Meta(min_length=1)]]}
    if contract.observed_on:
        fields[contract.observed_on] = (Required if _needs_today(contract) else NotRequired)[datetime.date]
    fields |= {c.name: _field(c) for c in contract.used}
    return TypedDict("SoundRow", fields)


def _field(column: Column) -> object:
    own = _value(column)
    if not column.is_feature or column.missing > 0:
        return NotRequired[own | None]
    return Required[own]


def _value(column: Column) -> object:
    if column.kind == "integer":
        return Annotated[int, msgspec.Meta(ge=math.ceil(column.lower), le=math.floor(column.upper))]
    if column.kind == "number":
        return Annotated[float, msgspec.Meta(ge=column.lower, le=column.upper)]
    return {"category": str, "boolean": bool, "date": datetime.date}[column.kind]
