"""The body of a request -> rows of contract values, or what is wrong with each field.

Two ways lead to the same rows. The quick one is a decoder made from the contract, which takes sound rows in a
microsecond. Whatever it does not take goes the long one, by the contract itself, which alone says what is a fault.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from operator import attrgetter, gt

import msgspec
from msgspec.structs import astuple

from mainstay.params import Serve
from mainstay.rows.contract import Contract, fault_of
from mainstay.serving import strict_json
from mainstay.serving.problem import Problem, Wrong, pointer
from mainstay.serving.sound_row import SoundRow, date_fields, from_mapping, needs_day, row_type

Row = dict[str, object]

Decode = Callable[[bytes], object]

Where = Callable[[int, str | None], str]
"""Function from a row's number and a field, or None for the row itself, to the JSON pointer that leads there."""

FAULTS = (ValueError, RecursionError)
"""What a decoder raises; msgspec's errors are ValueErrors."""

_day_of = attrgetter("day")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class RowsIn:
    """Reads rows that keep a contract."""

    def __init__(self, contract: Contract, limits: Serve) -> None:
        self.contract, self.limits = contract, limits
        self._type = row_type(contract, self._note_absent)
        kinds = (row_type(contract, self._note_absent, listed=True), self._type)  # the first is quicker
        self._one = [msgspec.json.Decoder(kind).decode for kind in kinds]
        self._many = [msgspec.json.Decoder(list[kind]).decode for kind in kinds]
        self._absent = 0
        self._keys = len(self._type.__struct_fields__)
        self._colons_in_keys = sum(name.count(":") for name in self._type.__struct_encode_fields__)
        self._dates = [attrgetter(field) for field in date_fields(contract)]

    def read(self, body: bytes) -> tuple[list[SoundRow], bool]:
        """The rows of a body, and whether they came as a list. Raises Problem 400 or 422."""
        return self._quick(body) or self._long(body)

    def judge(self, documents: list[object], where: Where) -> list[SoundRow]:
        """Rows of JSON as sound rows. Raises Problem 422 that names, by `where`, the faults of each."""
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
        return [from_mapping(self._type, row) for row in rows]

    def read_each(self, bodies: list[bytes]) -> list[SoundRow] | None:
        """The rows of bodies of one row each; None where one is not sound beyond doubt, and `read` must tell."""
        rows = self._decoded(lambda decode: [*map(decode, bodies)], self._one)
        return rows if rows is not None and self._is_sound(b"".join(bodies), rows) else None

    def _quick(self, body: bytes) -> tuple[list[SoundRow], bool] | None:
        if body[:1] != b"[":
            rows = self.read_each([body])
            return None if rows is None else (rows, False)
        rows = self._decoded(lambda decode: decode(body), self._many)
        if rows is None or len(rows) > self.limits.max_rows or not self._is_sound(body, rows):
            return None
        return rows, True

    def _decoded(self, read: Callable[[Decode], list[SoundRow]], decoders: list[Decode]) -> list[SoundRow] | None:
        """What the first of the decoders makes of it that can."""
        for decode in decoders:
            self._absent = 0
            with suppress(*FAULTS):
                return read(decode)
        return None

    def _is_sound(self, text: bytes, rows: list[SoundRow]) -> bool:
        """Whether rows that could be decoded are all that the text says, and no date feature is after its row's day."""
        more = text.count(b":") - (self._keys * len(rows) - self._absent)
        return (not more or self._each_key_once(text, rows, more)) and self._on_time(rows)

    def _note_absent(self) -> None:
        """The decoder's default for a field that may be left out."""
        self._absent += 1

    def _each_key_once(self, text: bytes, rows: list[SoundRow], more: int) -> bool:
        """Whether so many more colons than keys stand in strings. Else a key stands twice, or is unknown: each that did
        not become a field of a row's has a colon too. False where it cannot be told, as backslashes may hide colons.
        """
        if b"\\" in text or (self._colons_in_keys and self._absent):
            return False
        in_values = sum(value.count(":") for row in rows for value in astuple(row) if type(value) is str)
        return more == self._colons_in_keys * len(rows) + in_values

    def _on_time(self, rows: list[SoundRow]) -> bool:
        """Whether no date feature lies after the observation date."""
        for date_of in self._dates:
            try:
                if any(map(gt, map(date_of, rows), map(_day_of, rows))):
                    return False
            except TypeError:  # one is missing
                if any(date is not None and date > row.day for date, row in zip(map(date_of, rows), rows, strict=True)):
                    return False
        return True

    def _long(self, body: bytes) -> tuple[list[SoundRow], bool]:
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
    if needs_day(contract) and today not in row:
        found[today] = "is missing, wanted a date as 2024-05-31"
    return found


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
