import math

import numpy as np
import pytest
from past import month
from tiny import CONTRACT

from mainstay import params
from mainstay.replay.figures import figures

from imports import ROOT  # isort: skip

PROFIT = params.load(ROOT / "params.yaml", "profit")


def test_a_month_is_measured_on_the_untreated():
    of = month([1, 0, 0, 1, 0], treated=[False, False, False, True, True])
    found = figures(of, np.array([0.5, 0.2, 0.1, 0.0, 0.9]), CONTRACT, PROFIT)
    assert (found.rows, found.observed, found.roc_auc) == (3, 1, 1.0)
    assert found.expected == pytest.approx(0.8)
    assert found.observed_over_expected == pytest.approx(1 / 0.8)


def test_profit_is_of_the_whole_month():
    outcome, score = [1] + [0] * 9, np.linspace(0.9, 0.1, 10)
    once = figures(month(outcome), score, CONTRACT, PROFIT).profit
    twice = figures(month(outcome * 2), np.concatenate([score, score]), CONTRACT, PROFIT).profit
    assert once == pytest.approx(0.3 * (600 - 10) - 1) and twice == pytest.approx(2 * once)


def test_a_month_whose_outcomes_nobody_knows_is_not_measured():
    assert figures(month([math.nan] * 3), np.array([0.1, 0.2, 0.3]), CONTRACT, PROFIT) is None


def test_a_month_without_leavers_has_no_ranking_and_no_number_that_looks_like_one():
    assert math.isnan(figures(month([0, 0, 0]), np.array([0.1, 0.2, 0.3]), CONTRACT, PROFIT).roc_auc)
