"""What the scores promise before outcomes are known: expected ROC AUC, log loss and churn rate. An estimate only.

Where probabilities are calibrated on the rows at hand, each row is a coin whose bias is known, and every measure has an
expectation (confidence-based performance estimation). That assumption breaks exactly when why customers leave has
changed, which no label-free estimate can see: so it is told as an estimate, compared with the truth once that is
there, and nothing is decided by it alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.evidence.measures import SMALLEST

ASSUMPTION = "the scores are as well calibrated on these rows as on the test rows; nothing else about leaving changed"
Z = 1.96
"""Of a two-sided interval of 95%."""


@dataclass(frozen=True)
class Expected:
    """A measure's expectation and the standard deviation of what will be seen around it."""

    value: float
    sd: float

    @property
    def interval(self) -> tuple[float, float]:
        return self.value - Z * self.sd, self.value + Z * self.sd


@dataclass(frozen=True)
class Estimate:
    """Of `rows` scores. ROC AUC is NaN where the scores promise no leaver, or no stayer."""

    rows: int
    roc_auc: Expected
    log_loss: Expected
    churn_rate: Expected
    assumption: str = ASSUMPTION


@dataclass(frozen=True)
class Reconciled:
    """An estimate beside the truth: `off` is seen less expected, by which the estimate was wrong; `z` that in
    standard deviations `sd`, NaN where there is none.
    """

    measure: str
    expected: float
    seen: float
    off: float
    z: float
    sd: float

    @property
    def interval(self) -> tuple[float, float]:
        """In which `off` lies in 95 of 100 such worlds, as outcomes fall by chance."""
        return self.off - Z * self.sd, self.off + Z * self.sd

    @property
    def held(self) -> bool:
        """Whether what was seen lies within the estimate's 95%; what cannot be told has not held."""
        return abs(self.z) <= Z


def estimate(scores: np.ndarray, customer: np.ndarray | None = None) -> Estimate:
    """What the probabilities [n] promise of themselves. Raises ValueError where there is none, or one is no number.

    `customer` [n] are codes from 0, where some have several rows: these leave or stay together, the widest spread
    that there can be.
    """
    p = np.asarray(scores, dtype=np.float64)
    if not p.size or not np.isfinite(p).all():
        raise ValueError(f"scores: saw {p.size}, of which {np.count_nonzero(~np.isfinite(p))} are no numbers")
    return Estimate(p.size, _roc_auc(p, customer), _log_loss(p, customer), _churn_rate(p, customer))


def reconcile(before: Estimate, roc_auc: float, log_loss: float, churn_rate: float) -> tuple[Reconciled, ...]:
    """The estimate against what was realised on the same rows."""
    pairs = (("roc_auc", before.roc_auc, roc_auc), ("log_loss", before.log_loss, log_loss))
    return tuple(_against(*pair) for pair in (*pairs, ("churn_rate", before.churn_rate, churn_rate)))


def _against(measure: str, expected: Expected, seen: float) -> Reconciled:
    off, sd = seen - expected.value, expected.sd
    return Reconciled(measure, expected.value, seen, off, off / sd if sd > 0 else float("nan"), sd)


def _churn_rate(p: np.ndarray, customer: np.ndarray | None) -> Expected:
    return Expected(float(p.mean()), _spread(p, np.full(p.size, 1 / p.size), customer))


def _log_loss(p: np.ndarray, customer: np.ndarray | None) -> Expected:
    q = np.clip(p, SMALLEST, 1 - SMALLEST)
    value = -(q * np.log(q) + (1 - q) * np.log1p(-q)).mean()
    return Expected(float(value), _spread(q, np.log(q / (1 - q)) / q.size, customer))


def _roc_auc(p: np.ndarray, customer: np.ndarray | None) -> Expected:
    """Expected wins over expected pairs; to first order in each customer's outcome for its spread (Hajek 1968)."""
    _, place = np.unique(p, return_inverse=True)
    left, stayed = np.bincount(place, p), np.bincount(place, 1 - p)
    leavers, stayers = left.sum(), stayed.sum()
    below, above = np.cumsum(stayed) - stayed / 2, leavers - np.cumsum(left) + left / 2
    pairs = leavers * stayers - 2 * _selves(p)
    if not pairs > 0:
        return Expected(float("nan"), float("nan"))
    auc = ((left * below).sum() - _selves(p)) / pairs
    pull = ((below - above)[place] - auc * (stayers - leavers)) / pairs
    return Expected(float(auc), _spread(p, pull, customer))


def _spread(p: np.ndarray, pull: np.ndarray, customer: np.ndarray | None) -> float:
    """Standard deviation of a sum in which each row's coin, of bias p, counts `pull`."""
    part = np.sqrt(p * (1 - p)) * pull
    if customer is not None:
        part = np.bincount(customer, weights=part)
    return float(np.sqrt(part @ part))


def _selves(p: np.ndarray) -> float:
    """A customer is no pair with itself; each would count as half a win."""
    return float((p * (1 - p)).sum() / 2)
