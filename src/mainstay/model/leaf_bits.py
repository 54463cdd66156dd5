"""Trees on several features as words of bits, a bit a leaf.

For every bin of a feature a tree has a word: the leaves that a value in the bin leaves possible. The AND of
the words over the features leaves the one leaf that is reached. (After QuickScorer: Lucchese et al. 2015.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mainstay.model.trees import Tree
from mainstay.refusal import Refusal

MAX_LEAVES = 64
"""Of a tree on two features or more: as many as the widest integer has bits."""

MAX_TABLE_BYTES = 256_000_000

_WORDS = tuple(np.dtype(w) for w in (np.uint8, np.uint16, np.uint32, np.uint64))


def check_sizes(trees: Sequence[Tree], edges: Sequence[np.ndarray]) -> np.dtype:
    """The smallest word with a bit for every leaf. Raises Refusal where there is none, or where tables get too big."""
    most = max((t.leaves.size for t in trees), default=1)
    if most > MAX_LEAVES:
        raise Refusal(f"a tree has {most} leaves, wanted at most {MAX_LEAVES}; lower train.boosting.max_leaf_nodes")
    word = next(w for w in _WORDS if most <= w.itemsize * 8)
    bins = sum(own.size + 2 for own in edges)
    size = len(trees) * max(bins * word.itemsize, most * len(edges) * 8)  # masks, and reasons as float64
    if size > MAX_TABLE_BYTES:
        raise Refusal(f"its trees need tables of {size} bytes, wanted at most {MAX_TABLE_BYTES}; train fewer trees")
    return word


def leaf_masks(trees: Sequence[Tree], edges: Sequence[np.ndarray], word: np.dtype) -> tuple[np.ndarray | None, ...]:
    """For every feature the words [E + 2, T]; None for a feature that none of the trees asks about."""
    used = {f for t in trees for f in t.feature.tolist()}
    full = np.array([(1 << t.leaves.size) - 1 for t in trees], dtype=word)
    masks = [np.tile(full, (own.size + 2, 1)) if f in used else None for f, own in enumerate(edges)]
    for index, tree in enumerate(trees):
        _clear(masks, index, tree, edges)
    return tuple(masks)


def integers(words: np.ndarray) -> list[int]:
    """Each row of words [bins, T] as one big integer, the first word in its lowest bits."""
    little = np.ascontiguousarray(words).astype(words.dtype.newbyteorder("<"))
    return [int.from_bytes(row.tobytes(), "little") for row in little]


def _clear(masks: list[np.ndarray | None], index: int, tree: Tree, edges: Sequence[np.ndarray]) -> None:
    """At each split, clear the leaves on the left in the bins that go right, and the other way round."""
    bits = _bits_below(tree)
    for node in np.flatnonzero(tree.feature >= 0):
        feature = int(tree.feature[node])
        column = masks[feature][:, index]
        cut = int(np.searchsorted(edges[feature], tree.threshold[node])) + 1
        goes_left, goes_right = (column.dtype.type(~bits[c]) for c in (tree.right[node], tree.left[node]))
        column[:cut] &= goes_left
        column[cut:-1] &= goes_right
        column[-1] &= goes_left if tree.missing_left[node] else goes_right


def _bits_below(tree: Tree) -> np.ndarray:
    """For every node the leaves below it, uint64; children stand after their parents."""
    bits = np.zeros(tree.feature.size, dtype=np.uint64)
    bits[tree.leaves] = np.uint64(1) << np.arange(tree.leaves.size, dtype=np.uint64)
    for node in np.flatnonzero(tree.feature >= 0)[::-1]:
        bits[node] = bits[tree.left[node]] | bits[tree.right[node]]
    return bits
