from ensembles import chain, leaf, split, tree

from mainstay.model.tables import tables
from mainstay.model.trees import Ensemble


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
