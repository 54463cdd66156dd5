"""How a scorer behaves when rows change in ways whose effect is known (Ribeiro et al. 2020, CheckList).

Every check takes functions that score, so that it judges any scorer and can be shown to fail on a bad one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas

from mainstay.evidence.measures import SMALLEST, roc_auc
from mainstay.evidence.tally import tally
from mainstay.params import Stress
from mainstay.pipeline import perturb
from mainstay.rows.contract import Column, Contract
from mainstay.verdict import Verdict, worst

Score = Callable[[pandas.DataFrame], np.ndarray]
ScoreOne = Callable[[Mapping[str, object]], float]

SAME = 1e-6
"""Probabilities no further apart are the same: the parity that a model file is held to."""


@dataclass(frozen=True)
class Check:
    """One check's result; `what` says what the figure is, or why the check does not apply."""

    answer: Literal["pass", "fail", "inconclusive", "not applicable"]
    what: str
    figure: float | None = None
    limit: float | None = None


@dataclass(frozen=True)
class Subject:
    """What is judged: a scorer of tables, the same of one row, and rows [n] with their outcome (0 or 1)."""

    score: Score
    score_one: ScoreOne
    frame: pandas.DataFrame
    outcome: np.ndarray
    contract: Contract


def checks(subject: Subject, settings: Stress) -> dict[str, Check]:
    """Name -> result of every check."""
    before = subject.score(subject.frame)
    found = {
        "slice_only_columns": slice_only_columns(subject, before, settings),
        "row_order": row_order(subject, before, settings),
        "id": identity(subject, before),
        "noise": noise(subject, before, settings),
        "missing_values": missing_values(subject, before, settings),
        "unseen_categories": unseen_categories(subject, before, settings),
        "extreme_values": extreme_values(subject),
        "single_row": single_row(subject, before),
    }
    return found | {
        f"direction_{c.name}": direction(subject, before, c, settings) for c in subject.contract.features if c.expect
    }


def verdict(found: Mapping[str, Check]) -> Verdict:
    """The worst answer among the checks that apply; of none, inconclusive."""
    return worst(
        Verdict(check.answer, (_sentence(name, check),))
        for name, check in sorted(found.items())
        if check.answer != "not applicable"
    )


def slice_only_columns(subject: Subject, before: np.ndarray, settings: Stress) -> Check:
    """Columns that are only measured on are shuffled: no score may move."""
    names = [c.name for c in subject.contract.slices if not c.is_feature]
    if not names:
        return Check("not applicable", "no column is only a slice")
    changed = perturb.shuffled(subject.frame, names, np.random.default_rng(settings.seed))
    return _unmoved("largest change of a score when slice-only columns are shuffled", before, subject.score(changed))


def row_order(subject: Subject, before: np.ndarray, settings: Stress) -> Check:
    """Rows come in another order: each keeps its score."""
    order = np.random.default_rng(settings.seed).permutation(len(before))
    changed = subject.frame.iloc[order].reset_index(drop=True)
    return _unmoved("largest change of a score when rows come in another order", before[order], subject.score(changed))


def identity(subject: Subject, before: np.ndarray) -> Check:
    """Customers get other ids: no score may move."""
    changed = perturb.renamed(subject.frame, subject.contract)
    return _unmoved("largest change of a score when customers get other ids", before, subject.score(changed))


def direction(subject: Subject, before: np.ndarray, column: Column, settings: Stress) -> Check:
    """A column goes up by one standard deviation: scores must move as the contract expects.

    The figure weighs each customer by how far the log-odds move, so that ripples on a plateau count for little. Rows
    where the column is missing are left out. That no score moves at all is a failure: the model does not know
    what the business does.
    """
    step = perturb.spread(subject.frame, column)
    if not step:
        return Check("not applicable", f"{column.name} is missing or the same in all rows")
    step = max(step, 1.0) if column.kind == "integer" else step
    change = _log_odds(subject.score(perturb.shifted(subject.frame, column, step))) - _log_odds(before)
    moved = change[(np.abs(change) > SAME) & subject.frame[column.name].notna().to_numpy()]
    right = moved[(moved > 0) == (column.expect == "increases")]
    share = float(np.abs(right).sum() / np.abs(moved).sum()) if len(moved) else 0.0
    what = f"share of the movement with {column.name} ({len(moved)} of {len(before)} scores) that goes as expected"
    answer = "pass" if share >= settings.direction_share else "fail"
    return Check(answer, what, share, settings.direction_share)


def noise(subject: Subject, before: np.ndarray, settings: Stress) -> Check:
    """All numbers move by a little noise: so may scores, on average."""
    if not perturb.numbers(subject.contract):
        return Check("not applicable", "no feature is a number")
    random = np.random.default_rng(settings.seed)
    after = subject.score(perturb.noisy(subject.frame, subject.contract, settings.noise_share, random))
    what = f"mean change of a score when numbers move by {settings.noise_share:.0%} of their spread"
    return _at_most(what, float(np.mean(np.abs(after - before))), settings.max_noise_shift)


def missing_values(subject: Subject, before: np.ndarray, settings: Stress) -> Check:
    """More values are missing: the ranking may suffer, but not collapse."""
    random = np.random.default_rng(settings.seed)
    after = subject.score(perturb.blanked(subject.frame, subject.contract, settings.missing_share, random))
    what = f"loss of ROC AUC when {settings.missing_share:.0%} more of the values are missing"
    if not 0 < subject.outcome.sum() < len(subject.outcome):
        return Check("inconclusive", f"{what} (leavers or stayers are absent from the rows)")
    if not np.isfinite(after).all():
        return Check("fail", f"{what} (some scores are no numbers)")
    drop = roc_auc(tally(subject.outcome, before)) - roc_auc(tally(subject.outcome, after))
    return _at_most(what, float(drop), settings.max_missing_auc_drop)


def unseen_categories(subject: Subject, before: np.ndarray, settings: Stress) -> Check:
    """A category takes a value that was never seen, one column after another: scores move, but stay near."""
    columns = perturb.categories(subject.contract)
    if not columns:
        return Check("not applicable", "no feature is a category")
    shift = {c.name: float(np.mean(np.abs(subject.score(perturb.unseen(subject.frame, c)) - before))) for c in columns}
    most = max(shift, key=lambda name: (np.isnan(shift[name]), shift[name]))
    return _at_most(f"mean change of a score when {most} was never seen", shift[most], settings.max_unseen_shift)


def extreme_values(subject: Subject) -> Check:
    """Numbers stand at the ends of their ranges, or all is missing: every score is still a probability."""
    bad = {what: _improper(subject.score(frame)) for what, frame in perturb.extremes(subject.frame, subject.contract)}
    most = max(bad, key=bad.get)
    what = (
        f"share of scores that are no probability with {most}"
        if bad[most]
        else "share of scores that are no probability"
    )
    return _at_most(what, bad[most], 0.0)


def single_row(subject: Subject, before: np.ndarray) -> Check:
    """A row by itself, as the server gets it, has the score that it has in a table."""
    contract = subject.contract
    names = [c.name for c in contract.features] + ([contract.observed_on] if contract.observed_on else [])
    alone = np.array([subject.score_one(row) for row in perturb.mappings(subject.frame, names)])
    return _unmoved("largest difference of a row's score alone and in a table", before, alone)


def _unmoved(what: str, before: np.ndarray, after: np.ndarray) -> Check:
    return _at_most(what, float(np.max(np.abs(after - before))), SAME)


def _at_most(what: str, figure: float, limit: float) -> Check:
    return Check("pass" if figure <= limit else "fail", what, figure, limit)  # NaN is above every limit


def _log_odds(scores: np.ndarray) -> np.ndarray:
    p = np.clip(np.asarray(scores, dtype=np.float64), SMALLEST, 1 - SMALLEST)
    return np.log(p / (1 - p))


def _improper(scores: np.ndarray) -> float:
    """Share of scores that are not between 0 and 1."""
    return float(np.mean(~((scores >= 0) & (scores <= 1))))


def _sentence(name: str, check: Check) -> str:
    if check.figure is None:
        return f"{name}: {check.what}"
    wanted = "at least" if name.startswith("direction_") else "at most"
    return f"{name}: {check.what} is {check.figure:.4g}, wanted {wanted} {check.limit:g}"
