import numpy as np
import pytest
from ensembles import contract
from hypothesis import given
from hypothesis import strategies as st

from mainstay.model.value_bins import (
    MAX_LISTED,
    bin_of_unseen,
    bins_of_values,
    double_edges,
    is_listed,
)
from mainstay.rows.contract import Column

PLAN = Column("plan", "category", values=("b", "a"))
CALLS = Column("calls", "integer", min=-1, max=2)
AUTO, CHARGE, SINCE = Column("auto", "boolean"), Column("charge", "number", max=5), Column("since", "date")
EDGES = np.array([-0.5, 0.5], dtype=np.float32)


@pytest.mark.parametrize(("highest", "listed"), [(MAX_LISTED, True), (MAX_LISTED + 1, False), (None, False)])
def test_a_whole_number_is_listed_where_its_range_is_not_too_wide(highest, listed):
    assert is_listed(Column("calls", "integer", min=0, max=highest)) is listed


def test_each_value_has_its_bin_and_a_missing_one_the_last():
    own = contract(PLAN, CALLS, AUTO)
    assert bins_of_values(CALLS, own, EDGES) == {-1: 0, 0: 1, 1: 2, 2: 2, None: 3}
    assert bins_of_values(AUTO, own, EDGES) == {False: 1, True: 2, None: 3}
    codes = {name: 1 if code == 0 else 2 for name, code in own.codes["plan"].items()}
    assert bins_of_values(PLAN, own, EDGES) == {**codes, None: 3}


def test_a_category_that_is_not_listed_lies_below_all_that_are():
    assert bin_of_unseen(EDGES) == 0 and bin_of_unseen(EDGES[1:]) == 0 and bin_of_unseen(EDGES - 2) == 2


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.integers(-3, 3))
def test_a_double_is_at_or_below_an_edge_as_the_float32_that_it_rounds_to(edge, ulps):
    [own] = double_edges(np.array([edge], dtype=np.float32))
    value = own
    for _ in range(abs(ulps)):
        value = np.nextafter(value, np.copysign(np.inf, ulps))
    with np.errstate(over="ignore"):
        assert (value <= own) == (np.float32(value) <= np.float32(edge))
