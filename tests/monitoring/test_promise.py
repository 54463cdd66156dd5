import numpy as np
import pytest
from rivals import rivals

from mainstay.evidence.measures import roc_auc
from mainstay.evidence.tally import tally
from mainstay.monitoring.promise import Z, auc_floor, standard_error


def test_the_floor_is_what_was_measured_less_its_uncertainty_and_the_tolerance():
    metrics = {"roc_auc": 0.8, "positives": 300.0, "rows": 10000.0}
    assert auc_floor(metrics, 0.02) == pytest.approx(0.8 - Z * standard_error(0.8, 300, 9700) - 0.02)


@pytest.mark.parametrize("metrics", [{}, {"roc_auc": None, "positives": 3, "rows": 9}, {"roc_auc": 0.8, "rows": 9}])
def test_who_promised_nothing_has_no_floor(metrics):
    assert auc_floor(metrics, 0.02) is None


def test_the_standard_error_is_about_that_of_many_repetitions():
    random = np.random.default_rng(1)
    seen = [roc_auc(tally(y, score)) for y, score, _ in (rivals(random, 600, 0.5) for _ in range(300))]
    assert standard_error(0.845, 159, 441) == pytest.approx(np.std(seen), rel=0.2)
