"""The candidate against the champion on the same rows: is it not worse, and is there evidence that it harms?

ROC AUC alone needs proof that it is not worse by more than a margin. All else needs proof of harm to stop a
candidate: asking every measure for proof of no harm would stop nearly every good one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mainstay.evidence.delong import delong
from mainstay.evidence.harm import Harm, as_family, harm
from mainstay.evidence.measures import calibration_error, lift_top_decile
from mainstay.evidence.non_inferiority import NonInferiority, non_inferiority
from mainstay.evidence.paired import Difference, log_losses, mean_difference, resampled_differences, squared_errors
from mainstay.evidence.profit import profit_per_customer
from mainstay.evidence.slices import Slice
from mainstay.evidence.tally import tally
from mainstay.params import Gate, Profit

TESTED = {"log_loss": False, "calibration_error": False, "profit_per_customer": True}
"""What is tested for harm, beside the slices -> whether higher is better."""

SHOWN = {"brier": False, "lift_top_decile": True}
"""What is shown only: it moves with what is tested, and would cost the family power."""


@dataclass(frozen=True)
class Comparison:
    """What is known of the two; `customers` and `leavers` count customers, not rows.

    `tested` by name of the measure and `slices` by (column, value), each by its log loss, are one family: evidence
    of harm is a `p_adjusted` of at most `gate.harm_alpha`. `shown` is not judged.
    """

    rows: int
    customers: int
    leavers: int
    roc_auc: NonInferiority
    tested: tuple[Harm, ...]
    slices: tuple[Harm, ...]
    shown: tuple[Harm, ...]


@dataclass(frozen=True)
class _Pair:
    """Rows with the scores of both; `customer` is codes from 0."""

    y: np.ndarray
    champion: np.ndarray
    candidate: np.ndarray
    customer: np.ndarray


def compare(
    y: np.ndarray,
    champion: np.ndarray,
    candidate: np.ndarray,
    customers: np.ndarray,
    slices: Iterable[Slice],
    gate: Gate,
    campaign: Profit,
) -> Comparison:
    """Compare two scorers: `y` is 0 or 1, scores are probabilities, `customers` any ids, all [rows].

    Raises ValueError where a score is not finite, an outcome is not 0 or 1, or lengths differ. A difference that
    the rows are too few for is NaN; with NaN nothing passes.
    """
    pair = _pair(y, champion, candidate, customers)
    tested, shown = _measures(pair, gate, campaign)
    of_slices = [_of_slice(s, pair, gate) for s in slices if pair.y[s.member].sum() >= gate.slice_min_positives]
    family = as_family([*tested, *of_slices])
    leavers = len(np.unique(pair.customer[pair.y == 1]))
    auc = delong(pair.y, pair.champion, pair.candidate, pair.customer)
    return Comparison(
        rows=len(pair.y),
        customers=len(np.unique(pair.customer)),
        leavers=leavers,
        roc_auc=non_inferiority(auc, len(pair.y), leavers, gate),
        tested=tuple(family[: len(tested)]),
        slices=tuple(family[len(tested) :]),
        shown=tuple(shown),
    )


def _pair(y: np.ndarray, champion: np.ndarray, candidate: np.ndarray, customers: np.ndarray) -> _Pair:
    for score in (champion, candidate):
        tally(y, score)  # which refuses what cannot be judged
    if len(customers) != len(y):
        raise ValueError(f"saw {len(customers)} customers and {len(y)} outcomes; wanted as many of both")
    code = np.unique(np.asarray(customers).astype(str), return_inverse=True)[1]
    return _Pair(*(np.asarray(a, dtype=np.float64) for a in (y, champion, candidate)), code)


def _measures(pair: _Pair, gate: Gate, campaign: Profit) -> tuple[list[Harm], list[Harm]]:
    """Every difference but ROC AUC's: those that are tested, and those that are shown."""
    resampled = {
        "calibration_error": lambda t, whole: calibration_error(t, gate.calibration_bins, cut_by=whole),
        "profit_per_customer": lambda t, _: profit_per_customer(t, campaign),
        "lift_top_decile": lambda t, _: lift_top_decile(t),
    }
    found = {"log_loss": _mean(log_losses, pair), "brier": _mean(squared_errors, pair)}
    found |= resampled_differences(
        resampled, pair.y, pair.champion, pair.candidate, pair.customer, gate.resamples, gate.seed
    )
    judged = ([harm(name, len(pair.y), found[name], up, gate) for name, up in of.items()] for of in (TESTED, SHOWN))
    return next(judged), next(judged)


def _of_slice(s: Slice, pair: _Pair, gate: Gate) -> Harm:
    part = _Pair(*(a[s.member] for a in vars(pair).values()))
    return harm(f"{s.column}={s.value}", len(part.y), _mean(log_losses, part), False, gate)


def _mean(loss, pair: _Pair) -> Difference:
    return mean_difference(loss(pair.y, pair.champion), loss(pair.y, pair.candidate), pair.customer)
