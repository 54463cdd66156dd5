import math
from dataclasses import replace

import pytest
from shipped import CONTRACT, ROWS, golden, model, scored

from mainstay.model.file import Model
from mainstay.model.selftest import selftest
from mainstay.refusal import Refusal

TOLERANCE = 1e-6


def test_a_model_that_scores_as_released_is_handed_over_loaded():
    data = model(1.0)
    loaded = selftest(data, golden(data), TOLERANCE, "m")
    assert loaded.contract == CONTRACT
    assert len({round(score, 6) for _, score in golden(data)}) == len(ROWS), "rows that tell nothing apart"


@pytest.mark.parametrize("off", [2e-6, -2e-6, 0.1, float("nan")])
def test_a_score_that_is_off_by_more_than_the_tolerance_is_refused(off):
    data = model(1.0)
    (first, score), second = golden(data)
    with pytest.raises(Refusal, match=r"m: golden row 2 scores .* when it was released"):
        selftest(data, [second, (first, score + off)], TOLERANCE, "m")


@pytest.mark.parametrize("broken", [{"score_few": lambda rows: [0.5]}, {"_log_odds": lambda row: 0.0}])
def test_either_way_of_scoring_has_to_give_the_golden_scores(broken, monkeypatch):
    data = model(1.0)
    own, rows = replace(Model.from_bytes(data), **broken), golden(data)
    monkeypatch.setattr(Model, "from_bytes", lambda data, source: own)
    with pytest.raises(Refusal, match=r"golden row 1 scores 0\.5 here"):
        selftest(data, rows, TOLERANCE, "m")


def test_a_difference_within_the_tolerance_passes():
    data = model(1.0)
    selftest(data, [(row, score + 5e-7) for row, score in golden(data)], TOLERANCE, "m")


def test_another_model_fails_the_golden_rows_of_the_released_one():
    with pytest.raises(Refusal, match="golden row 1"):
        selftest(model(1.1), golden(model(1.0)), TOLERANCE, "m")


def test_no_golden_rows_prove_nothing_and_are_refused():
    with pytest.raises(Refusal, match="no golden rows"):
        selftest(model(1.0), [], TOLERANCE, "m")


def test_bytes_that_are_no_model_are_refused():
    with pytest.raises(Refusal, match="m: not an ONNX model"):
        selftest(b"\xff" * 100, golden(model(1.0)), TOLERANCE, "m")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tenure_months": "one"}, "tenure_months is text"),
        ({"tenure_months": 10**6}, "tenure_months is above 600"),
        ({"renewed_on": "yesterday"}, "renewed_on is text, wanted a date"),
        ({"extra": 1}, "extra is not in the contract"),
    ],
)
def test_a_golden_row_that_breaks_the_models_contract_is_refused(change, told):
    data = model(1.0)
    with pytest.raises(Refusal, match=told):
        selftest(data, [(ROWS[0] | change, scored(data)[0])], TOLERANCE, "m")


def test_dates_count_by_the_days_before_the_row_was_observed():
    data = model(1.0)
    early, late = ({**ROWS[0], "renewed_on": day} for day in ("2024-01-01", "2024-05-31"))
    assert scored(data)[0] != pytest.approx(0.5)
    selftest(data, [(early, _by_hand(data, early)), (late, _by_hand(data, late))], TOLERANCE, "m")
    with pytest.raises(Refusal):
        selftest(data, [(early, _by_hand(data, late))], TOLERANCE, "m")


def _by_hand(data, row):
    """A short tenure adds 1; a renewal within 100 days takes half of it, an older one adds that."""
    days = 152 if row["renewed_on"] == "2024-01-01" else 1
    return 1 / (1 + math.exp(-(1.0 + (-0.5 if days <= 100 else 0.5))))
