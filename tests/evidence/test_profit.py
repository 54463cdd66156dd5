import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy.integrate import quad
from scipy.stats import beta

from mainstay.evidence.profit import empc, profit_at, profit_per_customer
from mainstay.evidence.tally import tally
from mainstay.params import Profit

CAMPAIGN = Profit(
    contact_share=0.2, offer_cost=10, contact_cost=1, success_rate=0.3, success_trials=20, customer_value=200
)
TEN = np.arange(10, 0, -1) / 10


@pytest.mark.parametrize(
    ("outcome", "eur"),
    [
        ([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], 2 * (0.3 * 190 - 1) / 10),
        ([1, 0, 1, 0, 0, 0, 0, 0, 0, 0], ((0.3 * 190 - 1) - 11) / 10),
        ([0, 0, 1, 1, 0, 0, 0, 0, 0, 0], -2 * 11 / 10),
    ],
)
def test_profit_at_the_contact_capacity_is_counted_by_hand(outcome, eur):
    assert profit_per_customer(tally(outcome, TEN), CAMPAIGN) == pytest.approx(eur)


def test_contacting_nobody_earns_nothing_and_everybody_earns_the_mean():
    t = tally([1, 0, 0, 0], [0.9, 0.8, 0.7, 0.6])
    assert profit_at(t, CAMPAIGN, 0) == 0
    assert profit_at(t, CAMPAIGN, 1) == pytest.approx((56 - 3 * 11) / 4)


@given(
    rows=st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=2, max_size=40).filter(
        lambda rows: len({left for left, _ in rows}) == 2
    ),
    rate=st.floats(0.1, 0.6),
)
def test_expected_maximum_profit_is_the_integral_over_what_the_success_rate_may_be(rows, rate):
    outcome, score = np.array(rows, dtype=float).T
    t, campaign = tally(outcome, score / 20), replace(CAMPAIGN, success_rate=rate)
    belief = beta(rate * 20, (1 - rate) * 20)
    found, wasted = np.r_[0, np.cumsum(t.positives)], np.r_[0, np.cumsum(t.negatives)]

    g = belief.ppf((np.arange(1000) + 0.5) / 1000)[:, None]  # a sum over the belief's quantiles, not the closed form
    best = ((g * 190 - 1) * found - 11 * wasted).max(axis=1) / t.total
    assert empc(t, campaign) == pytest.approx(best.mean(), abs=5e-3, rel=5e-3)


def test_expected_maximum_profit_of_a_known_curve_is_the_numerical_integral():
    t = tally([1, 1, 0, 1, 0, 0, 0, 0, 0, 0], TEN)
    found, wasted = np.r_[0, np.cumsum(t.positives)], np.r_[0, np.cumsum(t.negatives)]
    belief = beta(6, 14)

    def integrand(g):
        return ((g * 190 - 1) * found - 11 * wasted).max() / t.total * belief.pdf(g)

    assert empc(t, CAMPAIGN) == pytest.approx(quad(integrand, 0, 1, limit=500)[0], abs=1e-6)


def test_an_offer_that_costs_more_than_a_customer_is_worth_never_pays():
    assert empc(tally([1, 0], [0.9, 0.1]), replace(CAMPAIGN, offer_cost=250)) == 0


def test_resamples_are_measured_as_tables_of_their_own():
    t = tally([1, 0, 1, 0], [0.9, 0.8, 0.4, 0.3])
    twice = dataclasses.replace(t, positives=np.tile(t.positives, (2, 1)), negatives=np.tile(t.negatives, (2, 1)))
    assert empc(twice, CAMPAIGN).tolist() == [empc(t, CAMPAIGN)] * 2
    assert profit_per_customer(twice, CAMPAIGN).tolist() == [profit_per_customer(t, CAMPAIGN)] * 2
