"""Many simulated worlds: what a policy gains and costs against another, in the same worlds, with intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mainstay.replay.ledger import Ledger, totals

KINDS = (
    "shock",
    "price_rise",
    "covariate_drift",
    "ageing_book",
    "broken_meter",
    "late_outcomes",
    "poisoned_month",
    "bad_release",
)
"""What may happen to a world. Renamed and leaking columns stop every policy alike, so they tell nothing of them."""

HOW_MANY = (0.25, 0.5, 0.25)
"""Chances that nothing, one thing, or two things happen."""

SETTLED = 3
"""The last months in which nothing new begins, so that it is seen what comes of it."""

PAIRS = (("mainstay", "never"), ("mainstay", "monthly"), ("oracle", "mainstay"))
"""Which policy less which other."""

FIGURES = {"profit": ",.0f", "roc_auc": ".4f", "log_loss": ".4f", "broken_promise": ".3f"}
NAMES = {
    "profit": "profit, EUR a month",
    "roc_auc": "ROC AUC",
    "log_loss": "log loss",
    "broken_promise": "log of seen / expected, absolute",
}
RESAMPLES = 10_000
LEVEL = 0.95


@dataclass(frozen=True)
class World:
    """What each policy was worth in one world. `happened` is KIND@MONTH; `worth` is policy -> figure -> value."""

    seed: int
    happened: tuple[str, ...]
    worth: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Gap:
    """The mean difference of a figure over worlds, and its interval; `better` counts worlds with a higher figure."""

    of: str
    against: str
    figure: str
    mean: float
    low: float
    high: float
    higher: int
    worlds: int


def draw(seed: int, months: Sequence[int]) -> tuple[str, ...]:
    """What happens in the world of this seed, KIND@MONTH; from the seed alone."""
    random = np.random.default_rng([seed, len(months)])
    kinds = random.choice(KINDS, random.choice(len(HOW_MANY), p=HOW_MANY), replace=False)
    when = random.choice(months[1 : max(len(months) - SETTLED, 2)], len(kinds))
    return tuple(f"{kind}@{month}" for kind, month in sorted(zip(kinds, when, strict=True), key=lambda pair: pair[1]))


def world(seed: int, happened: tuple[str, ...], ledger: Ledger) -> World:
    """The ledger's totals, and how far the scores' promises were off: |log of leavers seen over expected|."""
    worth = {}
    for policy in ledger.policies:
        found = totals(ledger, policy)
        off = abs(math.log(found["observed_over_expected"])) if found["observed_over_expected"] > 0 else math.nan
        worth[policy] = found | {"broken_promise": off}
    return World(seed, happened, worth)


def gaps(worlds: Sequence[World], seed: int) -> list[Gap]:
    """Every pair's difference in every figure; worlds are resampled for the interval, in pairs."""
    return [
        _gap(of, against, figure, worlds, seed)
        for of, against in PAIRS
        for figure in FIGURES
        if all({of, against} <= set(w.worth) for w in worlds)
    ]


def table(found: Iterable[Gap]) -> str:
    """Markdown, as docs/replay.md has it."""
    head = "| policy | against | figure | difference | 95% interval | higher in |\n|---|---|---|---|---|---|"
    return "\n".join([head, *map(_row, found)])


def _row(gap: Gap) -> str:
    style = f"+{FIGURES[gap.figure]}"
    bounds = f"{gap.low:{style}} to {gap.high:{style}}"
    name = {"profit": "profit, EUR a month", "roc_auc": "ROC AUC", "log_loss": "log loss"}.get(
        gap.figure, "broken promise"
    )
    cells = (gap.of, gap.against, name, f"{gap.mean:{style}}", bounds, f"{gap.higher} of {gap.worlds}")
    return f"| {' | '.join(cells)} |"


def _gap(of: str, against: str, figure: str, worlds: Sequence[World], seed: int) -> Gap:
    apart = np.array([w.worth[of][figure] - w.worth[against][figure] for w in worlds])
    apart = apart[np.isfinite(apart)]
    random = np.random.default_rng(seed)
    means = apart[random.integers(0, len(apart), (RESAMPLES, len(apart)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Gap(of, against, figure, float(apart.mean()), float(low), float(high), int((apart > 0).sum()), len(apart))
