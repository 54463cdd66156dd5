import numpy as np
import pandas as pd
import pytest
from business import lived, settings

from mainstay.pipeline.world.offers import factor, looks_risky, treated


def book(**columns):
    usual = {"contract": "monthly", "tenure_months": 5, "support_contacts": 0, "usage_trend": 0.0, "holdout": False}
    return pd.DataFrame([usual | columns]).astype({"contract": "category"})


@pytest.mark.parametrize(
    ("columns", "risky"),
    [
        ({}, False),
        ({"support_contacts": 2}, False),
        ({"support_contacts": 2, "usage_trend": -0.2}, True),
        ({"usage_trend": -0.6}, True),
        ({"usage_trend": -0.6, "contract": "one_year"}, False),
        ({"usage_trend": -0.6, "contract": "one_year", "tenure_months": 11}, True),
    ],
)
def test_the_crude_rule(columns, risky):
    assert looks_risky(book(**columns))[0] == risky


def test_the_hold_out_gets_no_offer():
    assert treated(book(usage_trend=-0.6))[0]
    assert not treated(book(usage_trend=-0.6, holdout=True))[0]


def test_an_offer_helps_after_a_complaint_and_harms_unasked():
    offer = settings(offer={"after_complaint": 0.5, "unasked": 2.0}).offer
    assert factor(book(support_contacts=3), offer)[0] == 0.5
    assert factor(book(), offer)[0] == 2.0


def test_the_truth_says_what_would_have_been_without_the_offer():
    world = lived(settings(customers=2000, months=4))
    untreated = world.query("not treated")
    assert (untreated["p_true"] == untreated["p_untreated"]).all()
    ratio = (world["p_true"] / world["p_untreated"])[world["treated"]]
    assert (ratio < 1).any() and (ratio > 1).any()


def test_a_tenth_of_customers_is_held_out_by_lot_and_for_good():
    world = lived(settings(customers=5000, months=3))
    assert world["holdout"].mean() == pytest.approx(0.1, abs=0.015)
    assert (world.groupby("customer_id")["holdout"].nunique() == 1).all()
    assert not (world["holdout"] & world["treated"]).any()
    assert 0.02 < world["treated"].mean() < 0.1
    assert np.isclose(world.groupby("holdout")["p_untreated"].mean().pct_change().iloc[-1], 0, atol=0.15)
