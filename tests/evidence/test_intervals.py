import numpy as np
import pytest

from mainstay.evidence.intervals import intervals, middle
from mainstay.evidence.measures import base_rate, brier, roc_auc

MEASURES = {"base_rate": base_rate, "roc_auc": roc_auc, "brier": brier}


def table(random, customers, months, shared):
    """Each customer has `months` rows, all alike where `shared`."""
    customer = np.repeat(np.arange(customers), months)
    score = random.beta(2, 6, customers)[customer] if shared else random.beta(2, 6, customers * months)
    draw = random.random(customers)[customer] if shared else random.random(customers * months)
    return (draw < score).astype(int), score, customer


def width(customer, outcome, score):
    found = intervals({"rate": base_rate}, outcome, score, customer, 400, seed=1)["rate"]
    return found.high - found.low


def test_rows_of_one_customer_count_as_one():
    outcome, score, customer = table(np.random.default_rng(1), 300, 9, shared=True)
    clustered, naive = width(customer, outcome, score), width(np.arange(len(outcome)), outcome, score)
    assert clustered / naive == pytest.approx(3, rel=0.15)  # nine rows alike tell as much as one


def test_ninety_five_of_a_hundred_intervals_hold_the_truth():
    random = np.random.default_rng(7)
    held = []
    for _ in range(150):
        outcome, score, customer = table(random, 200, 3, shared=True)
        found = intervals({"rate": base_rate}, outcome, score, customer, 200, seed=3)["rate"]
        held.append(found.low <= 0.25 <= found.high)  # Beta(2, 6) has mean 1/4
    assert 0.89 <= np.mean(held) <= 0.99


def test_the_interval_holds_the_figure_itself_and_the_seed_decides_all():
    outcome, score, customer = table(np.random.default_rng(2), 500, 2, shared=False)
    first = intervals(MEASURES, outcome, score, customer, 300, seed=5)
    assert first == intervals(MEASURES, outcome, score, customer, 300, seed=5)
    assert first != intervals(MEASURES, outcome, score, customer, 300, seed=6)
    for interval in first.values():
        assert interval.low < interval.high


def test_names_of_customers_may_be_text_or_numbers():
    outcome, score, customer = table(np.random.default_rng(2), 50, 2, shared=False)
    as_text = intervals(MEASURES, outcome, score, customer.astype(str), 50, seed=5)
    assert as_text == intervals(MEASURES, outcome, score, customer, 50, seed=5)


def test_a_measure_that_most_resamples_cannot_give_has_no_interval():
    assert np.isnan(middle(np.array([np.nan] * 10 + [0.5] * 90)).low)
    assert middle(np.array([np.nan] + [0.5] * 99)).high == 0.5


def test_one_leaver_alone_gives_no_interval_of_the_auc():
    outcome = np.zeros(100)
    outcome[0] = 1
    found = intervals({"roc_auc": roc_auc}, outcome, np.linspace(0, 1, 100), np.arange(100), 400, seed=1)["roc_auc"]
    assert np.isnan(found.low) and np.isnan(found.high)
