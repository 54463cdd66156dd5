"""What contacting customers earns, in EUR a customer of the whole base.

A contacted leaver stays with the success rate: then the customer's value is kept and the offer paid. A
contacted stayer takes the offer for nothing. Each contact costs. (Verbraken, Verbeke & Baesens 2013, "A novel
profit maximizing metric for measuring classification performance of customer churn prediction models", eq. 5.)
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import betainc

from mainstay.evidence.campaign import gain, waste
from mainstay.evidence.measures import top
from mainstay.evidence.tally import Tally
from mainstay.params import Profit


def profit_per_customer(t: Tally, campaign: Profit) -> np.ndarray:
    """Profit of contacting the `contact_share` of customers with the highest scores."""
    return profit_at(t, campaign, campaign.contact_share)


def profit_at(t: Tally, campaign: Profit, share: float) -> np.ndarray:
    """Profit of contacting the top `share` of customers."""
    rate = top(t, share) / t.total
    return rate * gain(campaign) - (share - rate) * waste(campaign)


def empc(t: Tally, campaign: Profit) -> np.ndarray:
    """Expected maximum profit: the best share to contact at each success rate, averaged over what is believed of it.

    The belief is Beta(success_rate * success_trials, (1 - success_rate) * success_trials). A stretch of the
    ROC curve's convex hull is contacted from the success rate on at which it pays for itself.
    """
    if t.positives.ndim == 1:
        return np.float64(_empc(t.positives, t.negatives, campaign))
    return np.array([_empc(p, n, campaign) for p, n in zip(t.positives, t.negatives, strict=True)])


def _empc(positives: np.ndarray, negatives: np.ndarray, campaign: Profit) -> float:
    leavers, stayers = _hull(positives, negatives)
    worth = campaign.customer_value - campaign.offer_cost
    if worth <= 0:
        return 0.0  # no success rate pays
    cost = waste(campaign) * stayers + campaign.contact_cost * leavers
    with np.errstate(divide="ignore"):
        pays_from = np.clip(cost / (worth * leavers), 0, 1)
    a = campaign.success_rate * campaign.success_trials
    b = campaign.success_trials - a
    likely = 1 - betainc(a, b, pays_from)
    expected = campaign.success_rate * (1 - betainc(a + 1, b, pays_from))
    return float((worth * leavers * expected - cost * likely).sum() / (positives.sum() + negatives.sum()))


def _hull(positives: np.ndarray, negatives: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Leavers and stayers on each stretch of the ROC curve's convex hull, steepest first.

    The hull's slopes are the isotonic regression of the outcome on the score (pool adjacent violators).
    """
    rows = positives + negatives
    seen = rows > 0
    positives, negatives, rows = positives[seen], negatives[seen], rows[seen]
    stretches = isotonic_regression(positives / rows, weights=rows, increasing=False).blocks[:-1]
    return np.add.reduceat(positives, stretches), np.add.reduceat(negatives, stretches)
