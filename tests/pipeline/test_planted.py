import pandas as pd
import pytest

from mainstay.pipeline.planted import effects

TRUTH = pd.DataFrame({"effect:a": [0.0, 1.0], "effect:b+c": [1.0, 0.0], "effect:luck": [0.0, 0.0]})


def test_shares_are_of_all_contributions_and_joined_columns_count_as_one():
    found = effects(pd.DataFrame({"a": [-1.0, 1.0], "b": [2.0, 0.0], "c": [1.0, 1.0], "luck": [0.0, 0.0]}), TRUTH)
    assert {name: e.share for name, e in found.items()} == pytest.approx({"a": 1 / 3, "b+c": 2 / 3, "luck": 0})
    assert found["a"].agreement == pytest.approx(1) and found["b+c"].agreement == pytest.approx(1)


def test_an_effect_that_is_the_same_for_all_is_null_and_never_agrees():
    found = effects(pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 1.0], "c": [0.0, 0.0], "luck": [0.0, 1.0]}), TRUTH)
    assert (found["luck"].null, found["luck"].agreement) == (True, 0.0)
    assert not found["a"].null and found["b+c"].agreement == pytest.approx(-1)


def test_a_column_that_the_model_lacks_is_said():
    found = effects(pd.DataFrame({"b": [1.0, 2.0]}), TRUTH)
    assert found["b+c"].absent == ("c",) and found["a"].absent == ("a",)
    assert found["a"].share == 0
