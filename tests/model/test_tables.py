import pytest
from ensembles import leaf, split, tree

from mainstay.model import tables as tables_of
from mainstay.model.tables import tables
from mainstay.model.trees import Ensemble
from mainstay.refusal import Refusal


def chain(leaves, feature=0):
    shape = leaf(0.0)
    for i in range(leaves - 1):
        shape = split(feature, float(i), shape, leaf(float(i)))
    return shape


def test_trees_on_one_feature_become_one_number_a_bin():
    two = (tree(split(0, 1.0, leaf(1.0), leaf(2.0))), tree(split(0, 2.0, leaf(10.0), leaf(20.0), missing_left=True)))
    found = tables(Ensemble(0.0, two, 1))
    assert found.edges[0].tolist() == [1.0, 2.0]
    assert found.steps[0].tolist() == [11.0, 12.0, 22.0, 12.0]
    assert found.masks == (None,)


def test_a_tree_of_one_leaf_moves_the_base():
    assert tables(Ensemble(0.5, (tree(leaf(0.25)),), 1)).base == 0.75


def test_a_tree_on_one_feature_may_have_any_number_of_leaves():
    found = tables(Ensemble(0.0, (tree(chain(500)),), 1))
    assert found.steps[0].size == 501


def test_a_tree_on_several_features_with_more_leaves_than_bits_is_refused():
    with pytest.raises(Refusal, match=r"65 leaves, wanted at most 64; lower train.boosting.max_leaf_nodes"):
        tables(Ensemble(0.0, (tree(split(1, 0.0, chain(64), leaf(0.0))),), 2))


def test_tables_that_would_fill_the_memory_are_refused(monkeypatch):
    monkeypatch.setattr(tables_of, "MAX_TABLE_BYTES", 5)
    with pytest.raises(Refusal, match="need tables of 6 bytes, wanted at most 5"):
        tables(Ensemble(0.0, (tree(split(1, 0.0, chain(2), leaf(0.0))),), 2))
