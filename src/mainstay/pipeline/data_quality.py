"""What was found in the raw rows, and whether a model may be made of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from mainstay.evidence.leak import MIN_OF_EACH, Separation
from mainstay.params import Validate
from mainstay.rows.contract import Contract
from mainstay.verdict import Verdict

BEYOND_CHANCE = 5.0
"""Standard deviations of a count, by which few leavers differ from month to month anyway."""

TOP = 5
"""Columns whose separation is written down."""


@dataclass(frozen=True)
class Findings:
    """Counts of rows, unless named otherwise. `months` are rows kept by observation date, `leavers` those who left
    and those whose outcome is known, likewise.

    `without_outcome` is of the `mature` rows; `searched` are the leavers and stayers that leaks were looked for in.
    """

    read: int
    quarantined: int
    faults: list[tuple[str, str, int]]
    kept: int
    left: int = 0
    stayed: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    leavers: dict[str, tuple[int, int]] = field(default_factory=dict)
    mature: int = 0
    without_outcome: int = 0
    searched: tuple[int, int] = (0, 0)
    separations: list[Separation] = field(default_factory=list)
    outcomes_read: int = 0
    outcomes_quarantined: int = 0

    @property
    def excluded(self) -> int:
        """Customers who had left already, or who left within the lead time."""
        return self.read - self.quarantined - self.kept

    @property
    def leaks_not_looked_for(self) -> str | None:
        """Why leaks were not looked for; None where they were."""
        left, stayed = self.searched
        if min(left, stayed) >= MIN_OF_EACH:
            return None
        return f"saw {left} leavers and {stayed} stayers, wanted at least {MIN_OF_EACH} of each"


def judge(found: Findings, contract: Contract, limits: Validate) -> Verdict:
    """Pass, or fail with every reason. A pass may say what could not be looked at."""
    reasons = (
        *_set_aside(found, limits),
        *_shares(found, contract),
        *_classes(found),
        *_without_outcome(found, limits),
        *_shrinking(found, limits),
        *_jumping(found, limits),
        *_leaks(found),
    )
    why = found.leaks_not_looked_for
    notes = (f"leaks were not looked for: {why}",) if why else ()
    return Verdict("fail", reasons + notes) if reasons else Verdict("pass", notes)


def document(found: Findings, verdict: Verdict) -> dict[str, object]:
    """The findings as metrics/data_quality.json has them."""
    return {
        "verdict": verdict.as_dict(),
        "rows": {
            "read": found.read,
            "kept": found.kept,
            "quarantined": found.quarantined,
            "excluded": found.excluded,
            "left": found.left,
            "stayed": found.stayed,
            "outcome_not_known": found.kept - found.left - found.stayed,
        },
        "quarantined_share": _share(found.quarantined, found.read),
        "outcomes": {"read": found.outcomes_read, "quarantined": found.outcomes_quarantined},
        "faults": {f"{column}: {reason}".lstrip(": "): n for column, reason, n in found.faults},
        "missing_share": {c: _share(n, found.kept) for c, n in found.missing.items()},
        "unknown_share": {c: _share(n, found.kept) for c, n in found.unknown.items()},
        "months": found.months,
        "outcome_missing_share": _share(found.without_outcome, found.mature),
        "leaks": _search(found),
        "separation_auc": {s.column: s.auc for s in found.separations[:TOP]},
    }


def _search(found: Findings) -> dict[str, object]:
    left, stayed = found.searched
    why = found.leaks_not_looked_for
    return {"looked_for": why is None, "why_not": why, "leavers": left, "stayers": stayed}


def _set_aside(found: Findings, limits: Validate) -> Iterator[str]:
    tables = (("rows", found.quarantined, found.read), ("outcomes", found.outcomes_quarantined, found.outcomes_read))
    for what, bad, read in tables:
        if _share(bad, read) > limits.quarantine_share:
            column, reason, n = found.faults[0]
            yield (
                f"{bad} of {read} {what} were set aside, wanted at most {limits.quarantine_share:.2%}; "
                f"the most frequent reason: {f'column {column!r} ' if column else 'a record '}{reason} ({n} rows); "
                "see `mainstay quarantine`"
            )
    if found.kept < limits.min_rows:
        yield f"{found.kept} rows were kept, wanted at least {limits.min_rows} (validate.min_rows)"


def _shares(found: Findings, contract: Contract) -> Iterator[str]:
    for c in contract.used if found.kept else ():
        missing, unknown = _share(found.missing[c.name], found.kept), _share(found.unknown.get(c.name, 0), found.kept)
        if found.missing[c.name] == found.kept:
            yield f"column {c.name!r} has no value at all; remove it from the contract or mend its source"
        elif missing > c.missing:
            yield f"column {c.name!r} is missing in {missing:.2%} of rows, wanted at most {c.missing:.2%}"
        if unknown > c.unknown:
            yield (
                f"column {c.name!r} holds values that the contract does not list in {unknown:.2%} of rows, "
                f"wanted at most {c.unknown:.2%}; add them to its `values` or mend their source"
            )


def _classes(found: Findings) -> Iterator[str]:
    for name, n in (("left", found.left), ("stayed", found.stayed)):
        if found.kept and n == 0:
            yield f"no customer {name}, so there is nothing to learn; check `outcome` in the contract"


def _without_outcome(found: Findings, limits: Validate) -> Iterator[str]:
    share = _share(found.without_outcome, found.mature)
    if share > limits.outcome_missing_share:
        yield (
            f"{found.without_outcome} of {found.mature} rows that are old enough have no outcome ({share:.2%}), "
            f"wanted at most {limits.outcome_missing_share:.2%} (validate.outcome_missing_share); "
            "who has none may be who left: complete the outcomes"
        )


def _shrinking(found: Findings, limits: Validate) -> Iterator[str]:
    months = list(found.months.items())
    for (before, was), (month, now) in pairwise(months):
        if now < limits.shrink_share * was:
            yield (
                f"{month} has {now} rows after {was} on {before}; "
                f"if that is right, lower validate.shrink_share from {limits.shrink_share:g}"
            )


def _jumping(found: Findings, limits: Validate) -> Iterator[str]:
    """Months whose churn rate is out of all proportion to the months before, beyond what chance does."""
    left_before = known_before = 0
    for month, (left, known) in found.leavers.items():
        expected = known * left_before / known_before if known_before else 0.0
        apart = abs(left - expected) > BEYOND_CHANCE * math.sqrt(max(expected, 1.0))
        if known_before and apart and not expected / limits.max_rate_jump <= left <= expected * limits.max_rate_jump:
            yield (
                f"{left} of {known} customers of {month} left ({left / known:.2%}), "
                f"{left_before / known_before:.2%} in the months before; no market moves so far, so look for outcomes "
                f"that are wrong; if that is right, raise validate.max_rate_jump from {limits.max_rate_jump:g}"
            )
        left_before, known_before = left_before + left, known_before + known


def _leaks(found: Findings) -> Iterator[str]:
    for s in found.separations:
        if s.reason:
            yield f"column {s.column!r} {s.reason}: a leak; give it `use: ignore` in the contract"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
