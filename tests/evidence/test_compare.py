import msgspec
import numpy as np
import pytest
from imports import ROOT
from rivals import rivals

from mainstay import params
from mainstay.evidence.compare import compare
from mainstay.evidence.measures import brier, log_loss, roc_auc
from mainstay.evidence.slices import Slice
from mainstay.evidence.tally import tally

GATE = params.load(ROOT / "params.yaml", "gate")
CAMPAIGN = params.load(ROOT / "params.yaml", "profit")
QUICK = msgspec.structs.replace(GATE, resamples=100)


def compared(y, champion, candidate, slices=(), customers=None, gate=QUICK):
    customers = np.arange(len(y)) if customers is None else customers
    return compare(y, champion, candidate, customers, slices, gate, CAMPAIGN)


def harmed(found, gate=QUICK):
    family = (*found.tested, *found.slices)
    return {h.name for h in family if not h.p_adjusted > gate.harm_alpha}


def passes(found, gate=QUICK):
    return found.roc_auc.answer == "pass" and not harmed(found, gate)


def pass_rate(seed, rows, times, rho, times_the_margin=0.0, gate=QUICK):
    """How often candidates pass that are worse by so many times the margin that the test chooses."""
    random = np.random.default_rng(seed)
    trial = compared(*rivals(random, rows, rho), gate=gate)
    loss = times_the_margin * trial.roc_auc.margin
    return np.mean([passes(compared(*rivals(random, rows, rho, loss), gate=gate), gate) for _ in range(times)])


def test_every_figure_is_that_of_the_measure():
    y, a, b = rivals(np.random.default_rng(1), 800, 0.9)
    found = compared(y, a, b)
    figures = {h.name: h for h in (*found.tested, *found.shown)}
    assert found.roc_auc.champion == pytest.approx(roc_auc(tally(y, a)))
    for name, measure in {"log_loss": log_loss, "brier": brier}.items():
        assert figures[name].champion == pytest.approx(measure(tally(y, a)))
        assert figures[name].candidate == pytest.approx(measure(tally(y, b)))
    assert set(figures) == {"log_loss", "brier", "calibration_error", "profit_per_customer", "lift_top_decile"}
    assert (found.rows, found.customers, found.leavers) == (800, 800, y.sum())


def test_the_same_scores_pass_whatever_the_rows():
    y, a, _ = rivals(np.random.default_rng(1), 300, 0.9)
    found = compared(y, a, a.copy())
    assert passes(found)
    assert {h.p for h in found.tested} == {1.0}


def test_customers_are_counted_once_however_often_they_are_seen():
    y, a, b = rivals(np.random.default_rng(1), 500, 0.9)
    names = np.array([f"c{i}" for i in range(500)], dtype=object)
    once = compared(y, a, b)
    twice = compared(*(np.tile(column, 2) for column in (y, a, b)), customers=np.tile(names, 2))
    assert (twice.rows, twice.customers, twice.leavers) == (1000, 500, once.leavers)
    assert twice.roc_auc.se == pytest.approx(once.roc_auc.se)
    for again, first in zip((*twice.tested, *twice.shown), (*once.tested, *once.shown), strict=True):
        assert again.se == pytest.approx(first.se, rel=0.3)


def wrong_in_a_slice(random, rows):
    """The candidate is the champion but for a fifth of the customers, whom it takes for half as likely to leave."""
    y, a, _ = rivals(random, rows, 0.9)
    member = np.arange(rows) % 5 == 0
    return y, a, np.where(member, a / 2, a), member


def test_harm_in_one_slice_is_found_there():
    y, a, b, member = wrong_in_a_slice(np.random.default_rng(2), 4000)
    found = compared(y, a, b, [Slice("plan", "yearly", member), Slice("plan", "monthly", ~member)])
    assert "plan=yearly" in harmed(found)
    assert "plan=monthly" not in harmed(found)


def test_a_slice_of_few_leavers_is_not_judged():
    y, a, b, member = wrong_in_a_slice(np.random.default_rng(2), 4000)
    few = member & (np.cumsum(member & (y == 1)) < QUICK.slice_min_positives)
    assert compared(y, a, b, [Slice("plan", "yearly", few)]).slices == ()


@pytest.mark.parametrize(
    ("worsen", "name"),
    [
        (lambda p: p**3 / (p**3 + (1 - p) ** 3), "log_loss"),  # three times as sure of itself
        (lambda p: p**3 / (p**3 + (1 - p) ** 3), "calibration_error"),
        (lambda p: np.where(p > np.quantile(p, 0.85), 1.7 - p, p) / 2, "profit_per_customer"),  # the top upside down
    ],
)
def test_each_rule_of_harm_finds_its_harm(worsen, name):
    y, a, _ = rivals(np.random.default_rng(3), 6000, 0.9)
    assert name in harmed(compared(y, a, worsen(a)))


def test_what_cannot_be_compared_does_not_pass():
    y = np.array([1] + [0] * 99)
    found = compared(y, np.linspace(0, 0.9, 100), np.linspace(0, 0.8, 100))
    assert found.roc_auc.answer == "inconclusive"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda y, a, b: (y, a, np.where(y == 1, np.nan, b)),
        lambda y, a, b: (y, a[:-1], b),
        lambda y, a, b: (y * 2, a, b),
        lambda y, a, b: (y[:0], a[:0], b[:0]),
    ],
)
def test_what_is_no_scored_table_is_refused(spoil):
    with pytest.raises(ValueError, match="wanted"):
        compared(*spoil(*rivals(np.random.default_rng(1), 50, 0.9)))


def test_as_many_customers_as_rows_are_wanted():
    with pytest.raises(ValueError, match="saw 3 customers and 50 outcomes"):
        compared(*rivals(np.random.default_rng(1), 50, 0.9), customers=np.arange(3))


def test_equal_candidates_mostly_pass_and_bad_ones_hardly_ever():
    assert pass_rate(4, 1409, 80, 0.96) >= 0.7
    assert pass_rate(5, 1409, 80, 0.96, times_the_margin=1.5) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "times"), [(1409, 1000), (100_000, 300)])
def test_equal_candidates_pass_four_times_in_five(rows, times):
    assert pass_rate(6, rows, times, 0.96) >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "times"), [(1409, 1000), (100_000, 300)])
def test_candidates_worse_than_the_margin_pass_one_time_in_twenty_at_most(rows, times):
    assert pass_rate(7, rows, times, 0.96, times_the_margin=1.2) <= 0.05


@pytest.mark.slow
def test_equal_candidates_are_seldom_called_harmful():
    random = np.random.default_rng(8)
    plans = [np.arange(3000) % 4 == plan for plan in range(4)]
    parts = [Slice("plan", str(i), member) for i, member in enumerate(plans)]
    alarms = [bool(harmed(compared(*rivals(random, 3000, 0.9), parts))) for _ in range(600)]
    assert np.mean(alarms) <= 0.06
