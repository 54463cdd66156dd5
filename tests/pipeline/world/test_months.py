"""The default world beside the sizes that are typical of churn data (docs/simulator.md)."""

import datetime

import numpy as np
import pandas as pd
import pytest
from business import lived, settings
from imports import simulated
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from mainstay.pipeline.world.months import HORIZON_DAYS, first_of, months
from mainstay.rows.contract_file import load


@pytest.fixture(scope="module")
def world():
    return lived(settings())


def test_size_is_about_4000_customers_a_month_and_100000_rows(world):
    sizes = world.groupby("month").size()
    assert 3500 < sizes.mean() < 4600 and len(sizes) == 24
    assert 95_000 < len(world) < 110_000


def test_a_new_book_loses_3_to_6_percent_a_month_and_less_as_it_ages(world):
    rate = world.groupby("month")["churned"].mean()
    assert 0.03 < rate.loc[1:3].mean() < 0.06
    assert 0.015 < rate.loc[13:24].mean() < rate.loc[1:6].mean() * 0.9


def test_the_true_model_separates_leavers_as_well_as_monthly_panels_allow(world):
    auc = world.groupby("month").apply(lambda rows: roc_auc_score(rows["churned"], rows["p_true"]))
    assert 0.70 < auc.median() < 0.80
    assert auc.between(0.66, 0.84).all(), "about 100 leavers a month: a standard error of .025"


def test_outcomes_follow_the_true_probabilities(world):
    tenth = pd.qcut(world["p_true"], 10, labels=False)
    seen, true = world["churned"].groupby(tenth).mean(), world["p_true"].groupby(tenth).mean()
    se = np.sqrt(true * (1 - true) / (len(world) / 10))
    assert (abs(seen - true) < 4 * se).all()


@pytest.mark.parametrize(
    ("first", "last", "low", "high"),
    [(0, 0, 0.08, 0.13), (1, 2, 0.03, 0.055), (3, 5, 0.02, 0.04), (6, 35, 0.015, 0.028), (36, 99, 0.012, 0.024)],
)
def test_risk_falls_with_tenure(world, first, last, low, high):
    assert low < world.loc[world["tenure_months"].between(first, last), "churned"].mean() < high


def test_of_those_who_join_as_many_stay_a_year_and_two_as_in_fader_and_hardies_cohort():
    """Their 1,000 customers were 631 after one renewal and 468 after two."""
    world = lived(settings(customers=100, joiners_a_month=400, months=26))
    cohort = world[world["customer_id"].isin(world.query("month <= 2 and tenure_months == 0")["customer_id"])]
    there = cohort.groupby("tenure_months").size()
    assert there[12] / there[0] == pytest.approx(0.631, abs=0.06)
    assert there[24] / there[0] == pytest.approx(0.468, abs=0.06)


def test_fixed_contracts_hold_until_they_end_and_then_spike(world):
    fixed = world.query("contract != 'monthly'")
    ends = fixed["contract_months_left"] == 0
    monthly = world.query("contract == 'monthly'")["churned"].mean()
    assert 3 < fixed.loc[ends, "churned"].mean() / monthly < 10
    assert fixed.loc[~ends, "churned"].mean() < 0.003


def test_about_a_quarter_leave_through_a_failed_payment(world):
    assert 0.2 < world["p_involuntary"].sum() / world["p_untreated"].sum() < 0.3


def test_the_price_elasticity_is_found_by_regression_on_the_random_price():
    """Among customers free to leave, none through payments; where few leave, odds are nearly rates."""
    only_choice = settings(leaving={"involuntary_rate": 1e-9, "price_elasticity": 2.0}, customers=4000, months=16)
    rows = lived(only_choice).query("contract == 'monthly' and not treated")
    known = pd.get_dummies(rows[["connection", "extras", "tenure_months"]].assign(extras=rows["extras"].astype(str)))
    known["price"] = np.log(rows["monthly_charge"])
    known["tenure_months"] = np.log1p(known["tenure_months"])
    fitted = LogisticRegression(C=100, solver="newton-cholesky").fit(known.astype(float), rows["churned"])
    assert dict(zip(known, fitted.coef_[0], strict=True))["price"] == pytest.approx(2.0, abs=0.5)


@pytest.mark.parametrize("column", ["gender", "newsletter", "birth_month"])
def test_a_null_column_says_nothing_of_leaving(world, column):
    counts = pd.crosstab(world[column], world["churned"])
    expected = np.outer(counts.sum(axis=1), counts.sum()) / len(world)
    chi_square, free = ((counts - expected) ** 2 / expected).to_numpy().sum(), len(counts) - 1
    assert chi_square < free + 4 * np.sqrt(2 * free)


@pytest.mark.parametrize("column", ["failed_payments", "support_contacts"])
def test_more_trouble_means_more_leavers(world, column):
    rate = world.groupby(world[column].clip(upper=2))["p_untreated"].mean()
    assert rate.is_monotonic_increasing and rate.iloc[-1] > 1.5 * rate.iloc[0]


def test_season_moves_leaving_by_a_tenth_from_january_to_july():
    """The same book, on the same draws, in a world that starts in January and in one that starts in July."""
    quiet = {"month_effect_sd": 0.0, "involuntary_rate": 1e-9, "season": 0.1}
    starts = ("2023-01-01", "2023-07-01")
    january, july = (next(months(settings(customers=500, start=s, leaving=quiet))).truth["p_true"] for s in starts)
    assert (july / january).median() == pytest.approx(0.9 / 1.1, abs=0.01)


def test_a_month_moves_all_customers_together():
    calm = settings(customers=500, months=8, leaving={"month_effect_sd": 0.0})
    shaken = settings(customers=500, months=8, leaving={"month_effect_sd": 0.3})
    first = [next(iter(months(world))).truth["p_true"].to_numpy() for world in (calm, shaken)]
    ratio = first[1] / first[0]
    assert abs(ratio.mean() - 1) > 0.05 and ratio.std() < 0.1 * abs(ratio.mean() - 1)


def test_every_customer_of_a_month_is_there_once_and_no_id_comes_back(world):
    assert not world.duplicated(["customer_id", "month"]).any()
    months_there = world.groupby("customer_id")["month"].agg(["min", "max", "size"])
    assert (months_there["max"] - months_there["min"] + 1 == months_there["size"]).all()
    assert world["customer_id"].str.fullmatch(r"C\d{6}").all()


def test_leavers_are_gone_the_month_after():
    history = list(months(settings(customers=500, months=2)))
    left = history[0].outcomes.query("churned == 1")["customer_id"]
    assert len(left) and not set(left) & set(history[1].customers["customer_id"])


def test_the_horizon_is_the_one_of_the_contract():
    assert load(simulated("data/contract.yaml")).outcome.horizon_days == HORIZON_DAYS


def test_months_run_over_the_end_of_the_year():
    start = datetime.date(2023, 11, 1)
    assert [first_of(start, n) for n in (1, 2, 3)] == [start, datetime.date(2023, 12, 1), datetime.date(2024, 1, 1)]
