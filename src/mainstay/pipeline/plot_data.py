"""The points of every plot, few enough for Git; the plots themselves are templates in .dvc/plots."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mainstay.evidence.measures import reliability, top
from mainstay.evidence.profit import profit_at
from mainstay.evidence.tally import Tally
from mainstay.params import Profit

POINTS = 150
"""On a curve."""

LOG_ODDS = np.arange(-8.0, 4.01, 0.25)
"""Edges of the histogram's bins; what lies beyond is in the outermost ones. Fixed, so that two models compare."""

Rows = list[dict[str, object]]


def plot_data(t: Tally, threshold: float, bins: int, campaign: Profit) -> dict[str, Rows]:
    """Name of the plot -> its rows."""
    return {
        "roc": roc(t),
        "precision_recall": precision_recall(t),
        "calibration": calibration(t, bins),
        "gain": gain(t),
        "profit": profit(t, campaign),
        "scores": scores(t),
        "confusion": confusion(t, threshold),
    }


def roc(t: Tally) -> Rows:
    """Share of leavers found against share of stayers contacted in vain, as the threshold falls."""
    found, wasted = np.cumsum(t.positives) / t.leavers, np.cumsum(t.negatives) / t.stayers
    curve = np.r_[0.0, wasted], np.r_[0.0, found]
    return [{"false_positive_rate": curve[0][i], "true_positive_rate": curve[1][i]} for i in _spread(len(t.score) + 1)]


def precision_recall(t: Tally) -> Rows:
    """Share of the contacted who leave against share of leavers found; `base_rate` is what chance would give."""
    found = np.cumsum(t.positives)
    recall, precision = found / t.leavers, found / np.cumsum(t.rows)
    base = t.leavers / t.total
    points = _evenly(recall)
    return [{"recall": recall[i], "precision": precision[i], "base_rate": base} for i in points]


def calibration(t: Tally, bins: int) -> Rows:
    """Churn rate against mean score, with Wilson's 95% interval of the rate."""
    return [
        {"mean_score": score, "churn_rate": rate, "low": low, "high": high, "rows": int(rows)}
        for score, rate, rows in zip(*reliability(t, bins), strict=True)
        for low, high in [_wilson(rate, rows)]
    ]


def gain(t: Tally) -> Rows:
    """Share of leavers found, and lift, against the share of customers contacted."""
    found = [(share, float(top(t, share) / t.leavers)) for share in _shares()]
    return [{"contacted": s, "found": f, "lift": f / s if s else None} for s, f in found]


def profit(t: Tally, campaign: Profit) -> Rows:
    """Profit in EUR a customer against the share contacted; `capacity` is the team's."""
    capacity = campaign.contact_share
    return [
        {"contacted": share, "profit_per_customer": float(profit_at(t, campaign, share)), "capacity": capacity}
        for share in _shares()
    ]


def scores(t: Tally) -> Rows:
    """Share of leavers, and of stayers, in each bin of the score's log-odds."""
    inner = t.score.clip(1e-9, 1 - 1e-9)
    bin_of = np.digitize(np.log(inner / (1 - inner)), LOG_ODDS[1:-1])
    rows = []
    for outcome, counts in (("left", t.positives), ("stayed", t.negatives)):
        share = np.bincount(bin_of, counts, minlength=len(LOG_ODDS) - 1) / counts.sum()
        rows += [
            {"log_odds_from": low, "log_odds_to": high, "outcome": outcome, "share": s}
            for low, high, s in zip(LOG_ODDS[:-1], LOG_ODDS[1:], share, strict=True)
        ]
    return rows


def confusion(t: Tally, threshold: float) -> Rows:
    """Customers by what they did and what the operating point says."""
    contacted = t.score >= threshold
    return [
        {
            "actual": actual,
            "predicted": predicted,
            "rows": int(counts[chosen].sum()),
            "share": counts[chosen].sum() / counts.sum(),
        }
        for actual, counts in (("left", t.positives), ("stayed", t.negatives))
        for predicted, chosen in (("will leave", contacted), ("will stay", ~contacted))
    ]


def _wilson(rate: float, rows: float, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval of a proportion (1927)."""
    middle, half = rate + z**2 / (2 * rows), z * np.sqrt(rate * (1 - rate) / rows + z**2 / (4 * rows**2))
    scale = 1 + z**2 / rows
    return (middle - half) / scale, (middle + half) / scale


def _shares() -> Iterator[float]:
    return (n / 100 for n in range(101))


def _spread(places: int) -> np.ndarray:
    """Up to POINTS indices, first and last among them."""
    return np.unique(np.linspace(0, places - 1, POINTS).round().astype(int))


def _evenly(rising: np.ndarray) -> np.ndarray:
    """Indices at which a rising curve passes evenly spread heights."""
    return np.unique(np.searchsorted(rising, np.linspace(rising[0], rising[-1], POINTS)).clip(max=len(rising) - 1))
