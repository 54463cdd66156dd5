"""The contract: which columns a customer row has, and one row -> vector, or its faults.

Imports nothing heavy: the server lives on it.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["integer", "number", "category", "boolean", "date"]
Use = Literal["feature", "slice", "both", "ignore"]
Expect = Literal["increases", "decreases"]

OUTCOME = "churned"
"""What the outcome is called in every table after validate: 1 left, 0 stayed, NULL not yet known."""

UNSEEN = -1.0
"""The code of a category value that the contract does not list. A missing value is NaN."""

BIGGEST_INTEGER = 2**53 - 1
"""Above it two integers may be one float, so an integer column may not go there."""


@dataclass(frozen=True)
class Column:
    """One column: its kind, range and use. `missing` and `unknown` are tolerated shares of rows."""

    name: str
    kind: Kind
    use: Use = "feature"
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    values: tuple[str, ...] = ()
    missing: float = 0.0
    unknown: float = 0.01
    expect: Expect | None = None
    why: str | None = None

    @property
    def is_feature(self) -> bool:
        return self.use in ("feature", "both")

    @property
    def is_slice(self) -> bool:
        return self.use in ("slice", "both")

    @property
    def lower(self) -> float:
        return _first(self.min, -BIGGEST_INTEGER if self.kind == "integer" else -3.0e38)

    @property
    def upper(self) -> float:
        return _first(self.max, BIGGEST_INTEGER if self.kind == "integer" else 3.0e38)


@dataclass(frozen=True)
class Outcome:
    """Where the outcome stands: a label in `column`, or the day the customer left in `left_on`."""

    column: str | None
    left_on: str | None
    positive: str
    negative: str | None
    table: str | None
    horizon_days: int
    lead_days: int


@dataclass(frozen=True)
class Treated:
    """Who got a retention offer, and the share of customers that is randomly held out from offers."""

    column: str
    holdout_share: float


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value of one row."""

    column: str
    reason: str


@dataclass(frozen=True)
class Contract:
    """All that a team promises about its rows, once."""

    id: str
    observed_on: str | None
    outcome: Outcome
    blanks: tuple[str, ...]
    treated: Treated | None
    columns: tuple[Column, ...]

    @cached_property
    def features(self) -> tuple[Column, ...]:
        """The model's inputs, in the order of the vector."""
        return tuple(c for c in self.columns if c.is_feature)

    @cached_property
    def slices(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.is_slice)

    @cached_property
    def used(self) -> tuple[Column, ...]:
        """The columns that stay in tables after validate."""
        return tuple(c for c in self.columns if c.use != "ignore")

    @cached_property
    def codes(self) -> dict[str, dict[str, float]]:
        """Code of each value, for each category column."""
        return {c.name: {v: float(i) for i, v in enumerate(c.values)} for c in self.columns if c.kind == "category"}

    @cached_property
    def encode(self) -> Callable[[Mapping[str, object]], list[float]]:
        """Function from one row of contract values to its vector, one number a feature, ready for float32.

        Missing (absent or None) is NaN, an unseen category UNSEEN, a boolean 0 or 1, a date the days from
        it to the observation date. The row must be free of faults.
        """
        steps = [(c.name, self._encoder(c)) for c in self.features]

        def encode(row: Mapping[str, object]) -> list[float]:
            get = row.get
            return [code(get(name)) for name, code in steps]

        if any(c.kind == "date" for c in self.features):
            observed_on = self.observed_on
            return lambda row: encode(_with_days(row, self.features, observed_on))
        return encode

    def _encoder(self, column: Column) -> Callable[[object], float]:
        nan = math.nan
        if column.kind == "category":
            codes = {**self.codes[column.name], None: nan}
            get = codes.get
            return lambda value: get(value, UNSEEN)
        return lambda value: nan if value is None else float(value)

    def faults(self, row: Mapping[str, object]) -> list[Fault]:
        """What is wrong with one row of contract values; empty when it may be scored.

        Judges types, ranges, dates after the observation date, and fields that the contract does not know. A
        missing value is no fault where the column tolerates any; an unseen category never is (its share is
        judged, on the table).
        """
        known = {c.name: c for c in self.used}
        found = [Fault(name, "is not in the contract") for name in row if name not in known and name not in self._keys]
        for column in self.features:
            reason = fault_of(column, row.get(column.name))
            if reason:
                found.append(Fault(column.name, reason))
        return found + self._late(row)

    def _late(self, row: Mapping[str, object]) -> list[Fault]:
        """Dates after the observation date, without which their days cannot be counted."""
        dates = [c.name for c in self.features if c.kind == "date" and _is_date(row.get(c.name))]
        today = row.get(self.observed_on)
        if dates and not _is_date(today):
            return [Fault(self.observed_on, "is missing, wanted a date" if today is None else _date_fault(None, today))]
        return [Fault(name, "is after the observation date") for name in dates if row[name] > today]

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(k for k in (self.id, self.observed_on) if k)


def fault_of(column: Column, value: object) -> str | None:
    """The fault of one value, or None. Values are of Python's types: str, int, float, bool, date."""
    if value is None:
        return None if column.missing > 0 else "is missing, wanted a value"
    judge = _FAULTS[column.kind]
    return judge(column, value)


def _category_fault(column: Column, value: object) -> str | None:
    return None if isinstance(value, str) else f"is {_name(value)}, wanted a string"


def _boolean_fault(column: Column, value: object) -> str | None:
    return None if isinstance(value, bool) else f"is {_name(value)}, wanted true or false"


def _date_fault(column: Column | None, value: object) -> str | None:
    return None if _is_date(value) else f"is {_name(value)}, wanted a date"


def _is_date(value: object) -> bool:
    """A day, and not a moment: the two cannot be compared."""
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def _number_fault(column: Column, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"is {_name(value)}, wanted a {column.kind}"
    if isinstance(value, float) and not math.isfinite(value):
        return f"is {value}, wanted a finite {column.kind}"
    if column.kind == "integer" and value != int(value):
        return f"is {value}, wanted a whole number"
    if value < column.lower:
        return f"is below {column.lower:g}"
    if value > column.upper:
        return f"is above {column.upper:g}"
    return None


_FAULTS: dict[str, Callable[[Column, object], str | None]] = {
    "category": _category_fault,
    "boolean": _boolean_fault,
    "date": _date_fault,
    "integer": _number_fault,
    "number": _number_fault,
}


def _with_days(row: Mapping[str, object], features: tuple[Column, ...], observed_on: str | None) -> dict[str, object]:
    """The row with each date replaced by the days from it to the observation date."""
    today = row.get(observed_on)
    days = dict(row)
    for column in features:
        if column.kind == "date" and row.get(column.name) is not None:
            days[column.name] = (today - row[column.name]).days
    return days


def _name(value: object) -> str:
    return {
        bool: "a boolean",
        int: "an integer",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "an object",
    }.get(type(value), type(value).__name__)


def _first(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
