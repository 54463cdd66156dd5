import numpy as np
import pytest
from imports import ROOT

from mainstay import params
from mainstay.evidence.headline import headline
from mainstay.evidence.tally import places, tally, weighted

CAMPAIGN = params.load(ROOT / "params.yaml", "profit")
RANDOM = np.random.default_rng(1)
SCORE = RANDOM.beta(2, 6, 500).round(2)
OUTCOME = (RANDOM.random(500) < SCORE).astype(float)


@pytest.mark.parametrize("name", headline(10, CAMPAIGN))
def test_a_measure_of_resamples_is_that_of_each_by_itself(name):
    measure = headline(10, CAMPAIGN)[name]
    weight = RANDOM.integers(0, 3, size=(3, 500)).astype(float)
    together = measure(weighted(OUTCOME, places(SCORE), weight))
    alone = [measure(weighted(OUTCOME, places(SCORE), each)) for each in weight]
    tolerance = 0.01 if name == "calibration_error" else 1e-12  # its bins are shared by the resamples
    assert together == pytest.approx(alone, abs=tolerance)


def test_a_perfect_order_is_worth_more_than_what_chance_gives_by_every_measure():
    perfect, chance = tally(OUTCOME, 0.9 * OUTCOME + 0.05), tally(OUTCOME, np.full(500, OUTCOME.mean()))
    small_is_good = {"log_loss", "brier"}
    for name, measure in headline(10, CAMPAIGN).items():
        better, worse = (chance, perfect) if name in small_is_good else (perfect, chance)
        if name not in ("base_rate", "calibration_error"):
            assert measure(better) > measure(worse), name
