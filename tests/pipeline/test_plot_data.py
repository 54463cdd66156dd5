import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imports import ROOT
from sklearn import metrics

from mainstay import params
from mainstay.evidence.tally import tally
from mainstay.pipeline import plot_data

CAMPAIGN = params.load(ROOT / "params.yaml", "profit")


@pytest.fixture(scope="module")
def scored():
    random = np.random.default_rng(3)
    score = random.beta(2, 6, 5000).round(3)
    return (random.random(5000) < score).astype(float), score


def column(rows, name):
    return np.array([row[name] for row in rows])


def test_every_plot_is_small_and_has_its_template_and_its_place_in_the_pipeline(scored):
    plots = plot_data.plot_data(tally(*scored), 0.4, 10, CAMPAIGN)
    pipeline = (ROOT / "dvc.yaml").read_text()
    for name, rows in plots.items():
        assert 0 < len(rows) <= 200
        assert (ROOT / f".dvc/plots/{name}.json").exists()
        assert f"metrics/plots/{name}.csv: {{cache: false, template: {name}," in pipeline


def test_the_roc_curve_runs_from_corner_to_corner_on_scikit_learns_points(scored):
    rows = plot_data.roc(tally(*scored))
    x, y = column(rows, "false_positive_rate"), column(rows, "true_positive_rate")
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    false, true, _ = metrics.roc_curve(*scored, drop_intermediate=False)
    assert {(a, b) for a, b in zip(x.round(9), y.round(9), strict=True)} <= set(
        zip(false.round(9), true.round(9), strict=True)
    )


def test_precision_and_recall_are_scikit_learns(scored):
    rows = plot_data.precision_recall(tally(*scored))
    precision, recall, _ = metrics.precision_recall_curve(*scored)
    known = set(zip(recall.round(9), precision.round(9), strict=True))
    assert {(r["recall"].round(9), r["precision"].round(9)) for r in rows} <= known
    assert rows[-1]["recall"] == 1 and {r["base_rate"] for r in rows} == {scored[0].mean()}


def test_calibration_counts_every_customer_once_and_the_rate_is_within_its_interval(scored):
    rows = plot_data.calibration(tally(*scored), 10)
    assert column(rows, "rows").sum() == 5000
    assert np.all(
        (column(rows, "low") < column(rows, "churn_rate")) & (column(rows, "churn_rate") < column(rows, "high"))
    )


def test_the_interval_of_a_rate_is_wilsons():
    low, high = plot_data._wilson(0.1, 100)
    assert (low, high) == pytest.approx((0.0552, 0.1744), abs=1e-4)  # the textbook's 10 of 100


def test_gain_and_profit_start_at_nothing_and_end_with_all(scored):
    t = tally(*scored)
    gain, profit = plot_data.gain(t), plot_data.profit(t, CAMPAIGN)
    assert (gain[0]["found"], gain[0]["lift"], gain[-1]["found"], gain[-1]["lift"]) == (0, None, 1, 1)
    assert profit[0]["profit_per_customer"] == 0
    assert {row["capacity"] for row in profit} == {CAMPAIGN.contact_share}


def test_the_histogram_holds_every_leaver_and_every_stayer_whatever_the_score():
    rows = plot_data.scores(tally([0, 1, 0, 1], [0.0, 1.0, 0.3, 0.3]))
    for outcome in ("left", "stayed"):
        mine = [row for row in rows if row["outcome"] == outcome]
        assert column(mine, "share").sum() == pytest.approx(1)
        assert mine[0]["share"] == (0.5 if outcome == "stayed" else 0)
    assert np.isclose(
        1 / (1 + np.exp(-column(rows, "log_odds_from")[column(rows, "share") == 0.5])), 0.3, atol=0.05
    ).any()


@given(threshold=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))
def test_confusion_counts_scores_at_the_threshold_as_contacted(threshold):
    outcome, score = np.array([1, 1, 0, 0, 0]), np.array([0.75, 0.25, 0.5, 0.25, 0.0])
    cells = {(r["actual"], r["predicted"]): r["rows"] for r in plot_data.confusion(tally(outcome, score), threshold)}
    expected = metrics.confusion_matrix(outcome, score >= threshold, labels=[0, 1])
    assert cells == {
        ("stayed", "will stay"): expected[0, 0],
        ("stayed", "will leave"): expected[0, 1],
        ("left", "will stay"): expected[1, 0],
        ("left", "will leave"): expected[1, 1],
    }
