"""scikit-learn is the oracle; ties, weights and tiny tables are where measures differ."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from mainstay.evidence import measures
from mainstay.evidence.tally import places, tally, weighted

HUNDREDTHS = st.integers(1, 99).map(lambda n: n / 100)
TABLES = st.lists(st.tuples(st.booleans(), HUNDREDTHS), min_size=2, max_size=60).filter(
    lambda rows: len({left for left, _ in rows}) == 2
)

ORACLES = {
    measures.roc_auc: metrics.roc_auc_score,
    measures.average_precision: metrics.average_precision_score,
    measures.log_loss: metrics.log_loss,
    measures.brier: metrics.brier_score_loss,
}


@pytest.mark.parametrize("measure", ORACLES, ids=lambda m: m.__name__)
@given(rows=TABLES)
def test_a_measure_is_what_scikit_learn_says_ties_included(measure, rows):
    outcome, score = np.array(rows, dtype=float).T
    assert measure(tally(outcome, score)) == pytest.approx(ORACLES[measure](outcome, score), abs=1e-12)


@pytest.mark.parametrize("measure", ORACLES, ids=lambda m: m.__name__)
@given(rows=TABLES, seed=st.integers(0, 99))
def test_counting_a_row_twice_is_having_it_twice(measure, rows, seed):
    outcome, score = np.array(rows, dtype=float).T
    weight = np.random.default_rng(seed).integers(1, 4, len(outcome))
    doubled = tally(np.repeat(outcome, weight), np.repeat(score, weight))
    assert measure(weighted(outcome, places(score), weight)) == pytest.approx(measure(doubled), abs=1e-12)


@given(rows=TABLES, seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(rows, seed):
    outcome, score = np.array(rows, dtype=float).T
    order = np.random.default_rng(seed).permutation(len(outcome))
    for measure in (*ORACLES, measures.lift_top_decile, lambda t: measures.calibration_error(t, 5)):
        assert measure(tally(outcome[order], score[order])) == measure(tally(outcome, score))


def test_scores_of_0_and_1_that_are_wrong_cost_much_but_not_infinitely():
    loss = measures.log_loss(tally([0, 1], [1.0, 0.0]))
    assert loss == pytest.approx(-np.log(np.finfo(np.float32).eps))


@pytest.mark.parametrize("outcome", [[0, 0, 0], [1, 1, 1]])
def test_ranking_a_table_of_one_class_is_not_a_number(outcome):
    assert np.isnan(measures.roc_auc(tally(outcome, [0.1, 0.2, 0.3])))


@pytest.mark.parametrize(
    ("outcome", "score"),
    [([], []), ([0, 1], [0.5]), ([0, 1], [0.5, np.nan]), ([0, 2], [0.5, 0.6]), ([0, np.nan], [0.5, 0.6])],
)
def test_what_is_no_scored_table_is_refused(outcome, score):
    with pytest.raises(ValueError, match="wanted"):
        tally(np.array(outcome), np.array(score))


TEN = np.arange(10, 0, -1) / 10  # scores 1.0 .. 0.1, highest first


@pytest.mark.parametrize(
    ("outcome", "share", "found"),
    [
        ([1, 0, 0, 0, 0, 0, 0, 0, 0, 1], 0.1, 1),
        ([0, 1, 1, 0, 0, 0, 0, 0, 0, 0], 0.1, 0),
        ([0, 1, 1, 0, 0, 0, 0, 0, 0, 0], 0.2, 1),
        ([0, 1, 1, 0, 0, 0, 0, 0, 0, 0], 0.25, 1.5),  # half of the third customer
        ([1] * 10, 1.0, 10),
        ([1] * 10, 0.0, 0),
    ],
)
def test_leavers_among_the_top_are_counted_by_hand(outcome, share, found):
    assert measures.top(tally(outcome, TEN), share) == pytest.approx(found)


def test_a_tie_at_the_edge_of_the_top_is_taken_in_part():
    outcome, score = [1, 1, 0, 0], [0.5, 0.5, 0.5, 0.5]
    assert measures.top(tally(outcome, score), 0.5) == pytest.approx(1.0)
    assert measures.lift_top_decile(tally(outcome, score)) == pytest.approx(1.0)


def test_lift_is_the_top_tenths_rate_over_the_rate_of_all():
    assert measures.lift_top_decile(tally([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], TEN)) == pytest.approx(5.0)


def test_calibration_error_is_counted_by_hand():
    outcome, score = [0, 1, 1, 1], [0.2, 0.4, 0.6, 0.8]  # bins of two: .3 against .5, .7 against 1
    assert measures.calibration_error(tally(outcome, score), 2) == pytest.approx((0.2 + 0.3) / 2)
    assert measures.calibration_gap(tally(outcome, score)) == pytest.approx(0.5 - 0.75)


def test_scores_that_are_true_have_a_small_calibration_error_and_scores_that_are_doubled_a_big_one():
    random = np.random.default_rng(1)
    score = random.beta(2, 8, 20_000) / 2
    outcome = random.random(len(score)) < score
    assert measures.calibration_error(tally(outcome, score), 10) < 0.01
    assert measures.calibration_error(tally(outcome, 2 * score), 10) > 0.08


def test_bins_hold_about_as_many_rows_each():
    _, _, rows = measures.reliability(tally(np.arange(1000) % 2, np.arange(1000) / 1000), 10)
    assert rows.tolist() == [100] * 10


@pytest.mark.parametrize(("threshold", "rate"), [(0.0, 1.0), (0.5, 2 / 3), (0.51, 1 / 3), (0.9, 0.0)])
def test_the_true_positive_rate_counts_scores_at_the_threshold(threshold, rate):
    assert measures.true_positive_rate(tally([1, 1, 1, 0], [0.2, 0.5, 0.8, 0.6]), threshold) == pytest.approx(rate)


def test_resamples_may_share_the_bins_of_the_table_they_are_of():
    score, outcome = np.linspace(0.05, 0.95, 10), np.array([0, 0, 1, 0, 0, 1, 1, 0, 1, 1])
    whole, at = tally(outcome, score), places(score)
    heavy = weighted(outcome, at, np.where(score > 0.5, 9.0, 1.0))
    gap = np.abs(np.add.reduceat(heavy.rows * heavy.score - heavy.positives, [0, 5]))
    assert measures.calibration_error(heavy, 2, cut_by=whole) == pytest.approx(gap.sum() / heavy.total)
    assert measures.calibration_error(heavy, 2) != pytest.approx(gap.sum() / heavy.total)
