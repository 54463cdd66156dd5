import numpy as np
from ensembles import leaf, shapes, split, tree
from hypothesis import given

from mainstay.model.attribution import leaf_contributions


@given(shapes(3))
def test_root_and_contributions_make_the_leaf(shape):
    grown = tree(shape)
    found = leaf_contributions(grown)
    total = np.bincount(found.leaf, weights=found.value, minlength=grown.value.size) + grown.value[0]
    np.testing.assert_allclose(total[grown.leaves], grown.value[grown.leaves], rtol=0, atol=1e-9)
    assert set(found.leaf) == set(grown.leaves)


def test_splits_on_one_feature_add_up():
    grown = tree(split(0, 0.0, leaf(0.0), split(1, 0.0, split(0, 1.0, leaf(2.0), leaf(6.0)), leaf(8.0))))
    found = leaf_contributions(grown)
    by_leaf = {}
    for node, feature, value in zip(found.leaf, found.feature, found.value, strict=True):
        by_leaf.setdefault(grown.value[node], {})[int(feature)] = value
    assert by_leaf == {
        0.0: {0: -3.0},
        2.0: {0: 3.0 - 2.0, 1: -2.0},
        6.0: {0: 3.0 + 2.0, 1: -2.0},
        8.0: {0: 3.0, 1: 2.0},
    }
