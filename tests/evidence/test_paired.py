import numpy as np
import pytest
from imports import ROOT
from rivals import rivals
from scipy.stats import norm

from mainstay import params
from mainstay.evidence import paired
from mainstay.evidence.delong import delong
from mainstay.evidence.measures import brier, calibration_error, lift_top_decile, log_loss, roc_auc
from mainstay.evidence.paired import log_losses, mean_difference, resampled_differences, squared_errors
from mainstay.evidence.profit import profit_per_customer
from mainstay.evidence.tally import tally

CAMPAIGN = params.load(ROOT / "params.yaml", "profit")
MEASURES = {
    "brier": lambda t, _: brier(t),
    "roc_auc": lambda t, _: roc_auc(t),
    "lift_top_decile": lambda t, _: lift_top_decile(t),
    "calibration_error": lambda t, whole: calibration_error(t, 10, cut_by=whole),
    "profit_per_customer": lambda t, _: profit_per_customer(t, CAMPAIGN),
}


def panel(random, customers, months, rho=0.9):
    """Customers' rows of some months, alike but for a little."""
    y, a, b = rivals(random, customers, rho)
    stays = random.random((months, customers)) < 0.8
    y, a, b = (np.tile(column, (months, 1)) for column in (y, a, b))
    y = np.where(stays, y, 1 - y).ravel()
    wobble = random.normal(1, 0.05, (2, months * customers))
    a, b = (np.clip(score.ravel() * w, 0, 1) for score, w in zip((a, b), wobble, strict=True))
    return y, a, b, np.tile(np.arange(customers), months)


def test_the_row_losses_have_the_measures_for_means():
    y, a, _ = rivals(np.random.default_rng(1), 500, 0.9)
    assert log_losses(y, a).mean() == pytest.approx(log_loss(tally(y, a)))
    assert squared_errors(y, a).mean() == pytest.approx(brier(tally(y, a)))


def test_a_sure_score_that_is_wrong_costs_much_but_not_all():
    assert np.isfinite(log_losses(np.array([1, 0]), np.array([0.0, 1.0]))).all()


def test_where_each_customer_has_one_row_the_error_is_the_textbooks():
    y, a, b = rivals(np.random.default_rng(2), 500, 0.9)
    losses = squared_errors(y, a), squared_errors(y, b)
    found = mean_difference(*losses, np.arange(500))
    gap = losses[1] - losses[0]
    assert (found.difference, found.se) == pytest.approx((gap.mean(), gap.std(ddof=1) / np.sqrt(500)))


def test_rows_that_say_the_same_again_make_no_mean_surer():
    y, a, b = rivals(np.random.default_rng(2), 500, 0.9)
    losses = squared_errors(y, a), squared_errors(y, b)
    once = mean_difference(*losses, np.arange(500))
    thrice = mean_difference(*(np.repeat(loss, 3) for loss in losses), np.repeat(np.arange(500), 3))
    assert thrice.se == pytest.approx(once.se)


def test_one_customer_alone_has_no_standard_error():
    assert np.isnan(mean_difference(np.array([0.1, 0.2]), np.array([0.2, 0.2]), np.array([0, 0])).se)


def test_the_test_of_a_mean_is_wrong_one_time_in_twenty():
    random, z = np.random.default_rng(3), []
    for _ in range(1500):
        y, a, b = rivals(random, 300, 0.9)
        found = mean_difference(log_losses(y, a), log_losses(y, b), np.arange(300))
        z.append(found.difference / found.se)
    assert 0.04 <= np.mean(np.array(z) > norm.ppf(0.95)) <= 0.06


def test_resamples_agree_with_the_closed_forms():
    y, a, b, customer = panel(np.random.default_rng(4), 1000, 3)
    found = resampled_differences(MEASURES, y, a, b, customer, 1000, seed=1)
    auc = delong(y, a, b, customer)
    error = mean_difference(squared_errors(y, a), squared_errors(y, b), customer)
    assert found["roc_auc"].difference == pytest.approx(auc.difference)
    assert found["brier"].difference == pytest.approx(error.difference)
    assert found["roc_auc"].se == pytest.approx(auc.se, rel=0.07)
    assert found["brier"].se == pytest.approx(error.se, rel=0.07)


def test_resamples_agree_with_drawing_customers_one_by_one():
    random = np.random.default_rng(5)
    y, a, b, customer = panel(random, 600, 3)
    rows_of = np.argsort(customer, kind="stable").reshape(600, 3)
    seen = {name: [] for name in MEASURES}
    for _ in range(400):
        rows = rows_of[random.integers(0, 600, 600)].ravel()
        for name, measure in MEASURES.items():
            before, after = tally(y[rows], a[rows]), tally(y[rows], b[rows])
            seen[name].append(measure(after, after) - measure(before, before))
    found = resampled_differences(MEASURES, y, a, b, customer, 1000, seed=1)
    for name, gaps in seen.items():
        assert found[name].se == pytest.approx(np.std(gaps), rel=0.15), name


def test_fewer_places_give_the_same_errors(monkeypatch):
    y, a, b, customer = panel(np.random.default_rng(6), 5000, 2)
    monkeypatch.setattr(paired, "PLACES", 500)  # as coarse as for 100,000 rows
    coarse = resampled_differences(MEASURES, y, a, b, customer, 200, seed=1)
    monkeypatch.setattr(paired, "PLACES", 10_000)
    fine = resampled_differences(MEASURES, y, a, b, customer, 200, seed=1)
    for name in MEASURES:
        assert coarse[name].difference == fine[name].difference
        assert coarse[name].se == pytest.approx(fine[name].se, rel=0.03), name


def test_the_seed_decides_all_and_the_size_of_a_block_nothing(monkeypatch):
    y, a, b, customer = panel(np.random.default_rng(7), 200, 2)
    first = resampled_differences(MEASURES, y, a, b, customer, 150, seed=1)
    assert first != resampled_differences(MEASURES, y, a, b, customer, 150, seed=2)
    monkeypatch.setattr(paired, "BLOCK", 7 * paired.PLACES)
    second = resampled_differences(MEASURES, y, a, b, customer, 150, seed=1)
    for name in MEASURES:
        assert second[name].se == pytest.approx(first[name].se, rel=1e-6)


def test_scores_of_few_values_are_never_parted():
    y, a, b = rivals(np.random.default_rng(8), 5000, 0.9)
    a, b = a.round(1), b.round(1)
    found = resampled_differences(MEASURES, y, a, a + 0.01, np.arange(5000), 100, seed=1)
    assert found["lift_top_decile"].se == 0.0
    assert resampled_differences(MEASURES, y, a, b, np.arange(5000), 100, seed=1)["lift_top_decile"].se > 0
