"""A column's place in the contract, guessed from what was seen of it; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mainstay.params import Adopt
from mainstay.pipeline.adoption.names import is_a_key, is_of_the_person, speaks_of_leaving
from mainstay.pipeline.adoption.profile import NUMBERS, READABLE, Profile
from mainstay.rows.contract import BIGGEST_INTEGER, Column, Kind

LIKE_AN_ID = 0.9
"""Share of customers with a value of their own from which a text or key tells nothing but who they are."""


@dataclass(frozen=True)
class Guess:
    """A column as drafted, and what a person should know of it."""

    column: Column
    reason: str | None = None


def guess(seen: Profile, customers: int, dated: bool, adopt: Adopt, odd_share: float) -> Guess:
    """The column's kind, range, tolerances and use.

    A text counts as a number where at most `odd_share` of its values are none; those rows go to quarantine.
    """
    kind = kind_of(seen, adopt, odd_share)
    reason = why_ignored(seen, kind, customers, dated, adopt)
    if reason:
        return Guess(Column(seen.name, kind, use="ignore"), reason)
    if kind == "category" and is_of_the_person(seen.name):
        return Guess(_column(seen, kind, adopt, use="slice"), "who someone is: measured on, never a feature")
    if kind in ("integer", "number") and seen.not_numbers:
        odd = f"{seen.not_numbers} rows hold no number, such as {seen.odd!r}"
        return Guess(
            _column(seen, kind, adopt), f"{odd}: they will be set aside; if it means missing, add it to blanks"
        )
    return Guess(_column(seen, kind, adopt))


def kind_of(seen: Profile, adopt: Adopt, odd_share: float) -> Kind:
    """What the values are, by the type that the file holds or, of a text, by how they are written."""
    if seen.family in ("date", "timestamp"):
        return "date"
    if seen.family == "boolean" or (seen.values and {v.lower() for v in seen.values} <= {"true", "false"}):
        return "boolean"
    if seen.family in NUMBERS:
        return "integer" if seen.family == "integer" and not _is_huge(seen) else "number"
    if seen.family != "string" or not seen.present:
        return "category" if seen.family == "string" else "number"
    if not seen.not_dates:
        return "date"
    if seen.padded or seen.not_numbers > odd_share * seen.present or _is_huge(seen):
        return "category"
    return "number" if seen.not_whole > seen.not_numbers else "integer"


def why_ignored(seen: Profile, kind: Kind, customers: int, dated: bool, adopt: Adopt) -> str | None:
    """The reason for which the column is no feature, or None."""
    if seen.family not in READABLE:
        return f"is of type {seen.family}, which no kind can hold"
    if not seen.present:
        return "is always empty"
    if seen.distinct == 1 and seen.present == seen.rows:
        return f"is constant{f': {seen.values[0]!r}' if seen.values else ''}"
    if speaks_of_leaving(seen.name):
        return "suspected leak: its name speaks of the outcome"
    if kind == "date":
        return _why_no_date(seen, dated)
    return _why_no_category(seen, customers, adopt) if kind == "category" else _why_no_number(seen, kind, customers)


def tolerated(share: float, adopt: Adopt) -> float:
    """The share of missing values to tolerate where `share` was seen: none, or some more, in whole percents."""
    return min(1.0, math.ceil(max(share * adopt.missing_headroom, share + 0.01) * 100) / 100) if share > 0 else 0.0


def reach(low: float, high: float, kind: Kind, adopt: Adopt) -> tuple[float, float]:
    """The range to tolerate where values from `low` to `high` were seen: some way beyond, in round numbers."""
    if kind == "integer" and (low, high) in ((0, 1), (0, 0), (1, 1)):
        return 0, 1
    beyond = (adopt.range_headroom - 1) * max(high - low, abs(high))
    lower = 0.0 if low >= 0 else -_round_up(-low + beyond)
    upper = _round_up(high + beyond) if high > 0 else 0.0
    return (lower, upper) if kind == "number" else (int(lower), min(int(upper), BIGGEST_INTEGER))


def _column(seen: Profile, kind: Kind, adopt: Adopt, use: str = "feature") -> Column:
    found = {"missing": tolerated(seen.missing_share, adopt), "use": use}
    if kind == "category":
        found["values"] = seen.values
    if kind in ("integer", "number") and seen.low is not None:
        found["min"], found["max"] = reach(seen.low, seen.high, kind, adopt)
    return Column(seen.name, kind, **found)


def _why_no_date(seen: Profile, dated: bool) -> str | None:
    if not dated:
        return "a date needs an observation date to be counted from (--observed-on)"
    return f"suspected leak: {seen.late} rows hold a day after the observation date" if seen.late else None


def _why_no_category(seen: Profile, customers: int, adopt: Adopt) -> str | None:
    if seen.distinct > max(1.0, LIKE_AN_ID * min(customers, seen.present)):
        return "looks like an id: (nearly) every customer has a value of their own"
    if seen.values:
        return None
    numbers = seen.present - seen.not_numbers
    hint = f"; {numbers} are numbers: should {seen.odd!r} and the like be blanks?" if 2 * numbers > seen.present else ""
    return f"holds {seen.distinct} different texts, more than {adopt.max_values}{hint}"


def _why_no_number(seen: Profile, kind: Kind, customers: int) -> str | None:
    alone = kind == "integer" and seen.distinct > LIKE_AN_ID * min(customers, seen.present)
    return "looks like an id: its name, and every customer has their own" if alone and is_a_key(seen.name) else None


def _is_huge(seen: Profile) -> bool:
    return seen.low is not None and max(-seen.low, seen.high) > BIGGEST_INTEGER


def _round_up(value: float) -> float:
    """The next number of two digits."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / unit - 1e-9) * unit:.12g}")
