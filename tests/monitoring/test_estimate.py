import numpy as np
import pytest
from scipy.stats import norm

from mainstay.evidence.measures import log_loss, roc_auc
from mainstay.evidence.tally import tally
from mainstay.monitoring.estimate import ASSUMPTION, estimate, reconcile


def scores(rows, seed=0):
    """Probabilities of a made-up book, a few of them tied."""
    return np.round(norm.cdf(np.random.default_rng(seed).normal(-1.5, 0.8, rows)), 3)


def seen(p, y):
    t = tally(y, p)
    return float(roc_auc(t)), float(log_loss(t)), float(y.mean())


def outcomes(p, seed):
    return (np.random.default_rng(seed).random(p.size) < p).astype(int)


def test_calibrated_scores_foretell_what_is_seen_on_average_and_how_far_it_strays():
    p = scores(3000)
    promised = estimate(p)
    worlds = np.array([seen(p, outcomes(p, seed)) for seed in range(300)])
    for i, expected in enumerate((promised.roc_auc, promised.log_loss, promised.churn_rate)):
        assert worlds[:, i].mean() == pytest.approx(expected.value, abs=4 * expected.sd / np.sqrt(300) + 1e-4)
        assert worlds[:, i].std() == pytest.approx(expected.sd, rel=0.25)


def test_an_estimate_that_held_is_told_from_one_that_did_not():
    p = scores(3000)
    held = [all(r.held for r in reconcile(estimate(p), *seen(p, outcomes(p, seed)))) for seed in range(100)]
    assert sum(held) >= 80
    moved = reconcile(estimate(p), *seen(p, outcomes(np.clip(2 * p, 0, 1), 1)))
    assert {r.measure for r in moved if not r.held} >= {"log_loss", "churn_rate"}
    assert all(r.off == r.seen - r.expected for r in moved)
    assert all((r.interval[0] <= 0 <= r.interval[1]) == r.held for r in moved), "whether it may have been right"


def test_rows_of_a_customer_who_leave_together_are_no_more_evidence_than_one():
    one, customer = scores(1000), np.repeat(np.arange(1000), 4)
    p = one[customer]
    worlds = np.array([seen(p, outcomes(one, seed)[customer]) for seed in range(300)])
    apart, together = estimate(p), estimate(p, customer)
    for i, measure in enumerate(("roc_auc", "log_loss", "churn_rate")):
        assert worlds[:, i].std() == pytest.approx(getattr(together, measure).sd, rel=0.25)
        assert getattr(apart, measure).sd == pytest.approx(getattr(together, measure).sd / 2, rel=0.01)


def test_a_change_of_why_customers_leave_is_not_seen_before_the_truth_is_there():
    p = scores(3000)
    turned = outcomes(1 - p[::-1], 1)
    auc = reconcile(estimate(p), *seen(p, turned))[0]
    assert auc.expected > 0.7 and not auc.held, "the estimate is confident, and wrong"
    assert ASSUMPTION in estimate(p).assumption


def test_where_nobody_could_leave_there_is_no_ranking_to_foretell():
    found = estimate(np.zeros(10))
    assert np.isnan(found.roc_auc.value) and found.churn_rate.value == 0
    assert not reconcile(found, 0.5, 0.1, 0.0)[0].held


@pytest.mark.parametrize("p", [[], [0.5, float("nan")]])
def test_what_is_no_score_is_refused(p):
    with pytest.raises(ValueError, match="scores: saw"):
        estimate(np.array(p))
