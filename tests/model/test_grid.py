import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.model.grid import CELLS, IN_DOUBT, grid

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def searched(edges, values):
    return np.searchsorted(edges, values) + np.isnan(values)


@given(st.sets(FLOATS, min_size=3, max_size=40), st.lists(FLOATS, max_size=20))
def test_every_value_lies_in_the_bin_that_a_search_finds(edges, others):
    edges = np.array(sorted(edges), dtype=np.float32)
    edges = np.unique(edges)
    cells = grid(edges)
    near = [np.nextafter(edges, np.float32(way)) for way in (-np.inf, np.inf)]
    values = np.concatenate([edges, *near, np.array([*others, np.nan, np.inf, -np.inf], dtype=np.float32)])
    if cells is not None:
        np.testing.assert_array_equal(cells.bin(values, np.isnan(values)), searched(edges, values))


@pytest.mark.parametrize("far", [3.4e38, 1e6])
def test_an_edge_far_off_leaves_the_others_told_apart_without_a_search(far):
    edges = np.array([-far, *np.linspace(0, 1, 60), far], dtype=np.float32)
    cells = grid(edges)
    assert (cells.bins == IN_DOUBT).sum() <= 62
    values = np.random.default_rng(1).random(5000, dtype=np.float32)
    np.testing.assert_array_equal(cells.bin(values, np.isnan(values)), searched(edges, values))


@pytest.mark.parametrize("edges", [[0.0, 0.0, 1.0, 2.0], [0, 1e-45, 2e-45, 3e-45], [-3.4e38, -3.3e38, 3.3e38, 3.4e38]])
def test_there_is_no_grid_where_cells_cannot_be_counted(edges):
    found = grid(np.unique(np.array(edges, dtype=np.float32)))
    assert found is None or 0 < found.cells_a_unit < np.inf


def test_cells_are_counted_from_the_second_edge_to_the_last_but_one():
    cells = grid(np.arange(20, dtype=np.float32))
    assert cells.bins.size == CELLS + 1
    assert cells.bins[0] == IN_DOUBT
    assert cells.bins[CELLS] == 21
