import numpy as np
import pytest
from churners import settings

from mainstay.params import Blend
from mainstay.pipeline.families.blend import families, mixed


def test_families_are_ordered_from_simple_to_rich_and_shares_add_up():
    found = families(settings(blend=Blend(boosting_weight=0.3)))
    assert list(found) == ["logistic", "boosting", "blend"]
    assert all(sum(shares.values()) == pytest.approx(1) for shares in found.values())
    assert found["blend"]["boosting"] == 0.3


def test_log_odds_are_averaged_by_share():
    parts = {"logistic": np.array([1.0, 0.0]), "boosting": np.array([3.0, -2.0])}
    assert list(mixed(parts, {"logistic": 0.5, "boosting": 0.5})) == [2.0, -1.0]
    assert list(mixed(parts, {"boosting": 1.0})) == [3.0, -2.0]
