import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.model.from_steps import Steps, category_steps, step_tree
from mainstay.model.scorer import Scorer
from mainstay.model.tables import tables
from mainstay.model.trees import Ensemble

FLOATS = st.floats(-(2.0**99), 2.0**99, width=32)
VALUES = st.floats(-5, 5)


def scores(tree, values):
    return Scorer(tables(Ensemble(0.0, (tree,), 1))).log_odds(np.array(values, dtype=np.float32).reshape(-1, 1))


@given(st.data())
def test_every_value_gets_its_bin_and_missing_its_own(data):
    edges = np.array(sorted(data.draw(st.sets(FLOATS, max_size=40))), dtype=np.float32)
    values = np.array(data.draw(st.lists(VALUES, min_size=edges.size + 1, max_size=edges.size + 1)))
    tree = step_tree(Steps(0, edges, values, np.ones(edges.size + 1), missing=7.0, missing_count=1))
    asked = np.array([*data.draw(st.lists(FLOATS, min_size=1, max_size=20)), *edges], dtype=np.float32)
    np.testing.assert_allclose(scores(tree, asked), values[np.searchsorted(edges, asked)], rtol=0, atol=1e-12)
    assert scores(tree, [np.nan]) == pytest.approx(7.0)


def test_a_category_has_a_value_a_code_one_for_unseen_and_one_for_missing():
    tree = step_tree(category_steps(0, [0.1, 0.2, 0.3], [5, 5, 5], unseen=-1.0, missing=-2.0, missing_count=1))
    assert scores(tree, [0, 1, 2, -1, np.nan]) == pytest.approx([0.1, 0.2, 0.3, -1.0, -2.0])


def test_the_tree_is_balanced():
    edges = np.arange(63, dtype=np.float32)
    tree = step_tree(Steps(0, edges, np.arange(64.0), np.ones(64), 0.0, 0.0))
    depth = np.zeros(tree.feature.size, dtype=int)
    for node in np.flatnonzero(tree.feature >= 0):
        depth[[tree.left[node], tree.right[node]]] = depth[node] + 1
    assert depth.max() == 7


@pytest.mark.parametrize(
    ("counts", "missing_count", "mean"), [([3, 1], 0, 0.25), ([1, 1], 2, 5.25), ([0, 0], 0, (0.5 + 10) / 2)]
)
def test_the_root_is_the_mean_weighted_by_training_rows(counts, missing_count, mean):
    steps = Steps(0, np.zeros(1, np.float32), np.array([0.0, 1.0]), np.array(counts), 10.0, missing_count)
    assert step_tree(steps).value[0] == pytest.approx(mean)


@pytest.mark.parametrize(
    ("edges", "values", "complaint"),
    [
        (np.zeros(2, np.float32), np.zeros(3), "wanted ascending float32"),
        (np.arange(2.0), np.zeros(3), "saw float64, wanted ascending float32"),
        (np.arange(2, dtype=np.float32), np.zeros(2), "saw 2 values, 2 counts; wanted 3"),
    ],
)
def test_steps_that_do_not_fit_are_a_mistake_of_the_caller(edges, values, complaint):
    with pytest.raises(ValueError, match=complaint):
        step_tree(Steps(0, edges, values, np.ones(values.size), 0.0, 0.0))
