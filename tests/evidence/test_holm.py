import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.evidence.holm import holm


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        ([], []),
        ([0.04], [0.04]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),  # 4 x .005, 3 x .01, 2 x .03, and no less than before
        ([0.5, 0.6], [1.0, 1.0]),
    ],
)
def test_each_p_is_multiplied_by_the_tests_that_remain(p, adjusted):
    assert holm(np.array(p)) == pytest.approx(adjusted)


def test_what_could_not_be_decided_stays_so_and_still_counts():
    assert holm(np.array([0.01, np.nan, 0.02])) == pytest.approx([0.03, np.nan, 0.04], nan_ok=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0.001, 0.5))
def test_it_rejects_what_stepping_down_rejects(p, alpha):
    rejected = set()
    for step, i in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        if p[i] * (len(p) - step) > alpha:
            break
        rejected.add(i)
    assert set(np.flatnonzero(holm(np.array(p)) <= alpha)) == rejected
