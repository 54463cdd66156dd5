import numpy as np
import pytest
from ensembles import chain, leaf, split, tree

from mainstay.model import leaf_bits
from mainstay.model.leaf_bits import integers, leaf_masks
from mainstay.model.tables import tables
from mainstay.model.trees import Ensemble
from mainstay.refusal import Refusal


def test_a_bin_leaves_the_leaves_possible_that_its_values_can_reach():
    grown = tree(split(0, 0.0, split(1, 5.0, leaf(0.1), leaf(0.2), missing_left=True), leaf(0.3)))
    edges = (np.array([0.0], np.float32), np.array([5.0], np.float32), np.array([], np.float32))
    below_above_missing = [m[:, 0].tolist() for m in leaf_masks([grown], edges, np.dtype(np.uint8)) if m is not None]
    assert below_above_missing == [[0b011, 0b100, 0b100], [0b101, 0b110, 0b101]]


def test_a_tree_on_several_features_with_more_leaves_than_bits_is_refused():
    with pytest.raises(Refusal, match=r"65 leaves, wanted at most 64; lower train.boosting.max_leaf_nodes"):
        tables(Ensemble(0.0, (tree(split(1, 0.0, chain(64), leaf(0.0))),), 2))


def test_tables_that_would_fill_the_memory_are_refused(monkeypatch):
    monkeypatch.setattr(leaf_bits, "MAX_TABLE_BYTES", 5)
    with pytest.raises(Refusal, match="need tables of 48 bytes, wanted at most 5"):
        tables(Ensemble(0.0, (tree(split(1, 0.0, chain(2), leaf(0.0))),), 2))


@pytest.mark.parametrize("word", [np.uint8, np.uint16, np.uint64])
def test_a_row_of_words_is_one_integer_with_the_first_lowest(word):
    words = np.array([[1, 2, 3], [0, 0, 5]], dtype=word)
    bits = 8 * words.itemsize
    assert integers(words) == [1 + (2 << bits) + (3 << 2 * bits), 5 << 2 * bits]
    assert integers(words[:, ::-1]) == [3 + (2 << bits) + (1 << 2 * bits), 5]
