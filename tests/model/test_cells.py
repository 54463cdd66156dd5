import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mainstay.model.cells import cells
from mainstay.model.value_keys import MISSING, MOST_EXACT, offset
from mainstay.rows.contract import Column

CALLS, CHARGE = Column("calls", "integer", min=-MOST_EXACT, max=MOST_EXACT), Column("charge", "number")
FLOATS = st.floats(width=32, allow_nan=False)
EDGES = st.lists(FLOATS | st.sampled_from([-0.0, 0.0, 0.5, -0.5, 1e-45, -1e-45]), max_size=6, unique=True).map(
    lambda own: np.array(sorted(own), np.float32)
)


def bins(column, edges, key):
    """The bin that is found for a key, between a feature before and one after."""
    found = cells([CHARGE, column, CALLS], [np.array([1.0], np.float32), edges, np.array([2.0], np.float32)])
    table = found.table([np.full(3, -1), np.arange(edges.size + 2), np.full(3, -2)])
    return int(table[found.find(np.array([[key + offset(1, column)]]))][0, 0])


@given(EDGES, FLOATS)
def test_a_number_falls_where_a_search_of_floats_puts_it(edges, value):
    for number in (value, *edges.tolist()):
        key = int(np.float32(number).view(np.uint32))
        assert bins(CHARGE, edges, key) == np.searchsorted(edges, np.float32(number))


@given(EDGES, st.integers(-MOST_EXACT, MOST_EXACT) | st.integers(-2, 2))
def test_a_whole_number_falls_where_a_search_of_floats_puts_it(edges, value):
    assert bins(CALLS, edges, value) == np.searchsorted(edges, np.float32(value))


@given(EDGES)
def test_what_is_missing_falls_in_the_last_bin(edges):
    assert bins(CALLS, edges, MISSING) == bins(CHARGE, edges, int(np.float32(np.nan).view(np.uint32))) == edges.size + 1
