import pandas as pd
import pytest
from shipped import ROWS
from shipped import model as shipped_model

from mainstay.model.file import Model
from mainstay.model.selftest import typed
from mainstay.monitoring.skew import skew


@pytest.fixture(scope="module")
def model():
    return Model.from_bytes(shipped_model(0.3))


def rows(model, n=20):
    return pd.DataFrame([typed(ROWS[i % len(ROWS)], model.contract) for i in range(n)], columns=list(ROWS[0]))


def test_what_was_served_is_what_is_scored_here(model):
    logged = rows(model)
    found = skew(logged.assign(score=model.score(logged).astype(float)), model)
    assert found.is_clean and (found.rows, found.mismatches) == (20, 0)


def test_a_score_of_other_values_is_counted(model):
    logged = rows(model)
    scores = model.score(logged).astype(float)
    scores[3] += 0.01
    found = skew(logged.assign(score=scores), model)
    assert not found.is_clean and found.mismatches == 1 and found.widest == pytest.approx(0.01, rel=0.01)


def test_what_cannot_be_scored_again_is_not_clean(model):
    logged = rows(model).assign(score=0.5)
    found = skew(logged.drop(columns=model.features[0]), model)
    assert not found.is_clean and model.features[0] in found.why


def test_no_row_is_no_skew(model):
    assert skew(rows(model, 0).assign(score=[]), model).is_clean
