"""An ensemble as tables over bins: what scoring needs, and all it needs.

A feature's thresholds part its values into bins. Trees on one feature become one number a bin (`steps`).
For the others every leaf is a bit: a bin clears the leaves that it rules out, the AND over the features
leaves the one leaf that is reached. (After QuickScorer: Lucchese et al. 2015.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mainstay.model.trees import Ensemble, Tree
from mainstay.refusal import Refusal

MAX_LEAVES = 64
"""Of a tree on two features or more: as many as the widest integer has bits."""

MAX_TABLE_BYTES = 256_000_000

_WORDS = (np.uint8, np.uint16, np.uint32, np.uint64)


@dataclass(frozen=True)
class Tables:
    """Bins of feature f: 0..E below or between its E thresholds and above, then one for NaN: E + 2 in all."""

    base: float
    edges: tuple[np.ndarray, ...]  # float32 [E], ascending, a feature
    steps: tuple[np.ndarray | None, ...]  # float64 [E + 2], log-odds that the bin adds
    masks: tuple[np.ndarray | None, ...]  # word [E + 2, T], leaves that the bin leaves possible
    leaves: np.ndarray  # float64 [T, L], log-odds of the leaves
    step_trees: tuple[tuple[int, int, np.ndarray], ...]  # (tree, feature, index of the leaf's node by bin)
    forest: tuple[int, ...]  # the T trees in `masks`

    @property
    def word(self) -> np.dtype:
        return _word(self.leaves.shape[1])


def tables(ensemble: Ensemble) -> Tables:
    """The tables of an ensemble. Raises Refusal where a tree has too many leaves, or all are too big."""
    edges = _edges(ensemble)
    used = [np.unique(t.feature[t.feature >= 0]) for t in ensemble.trees]
    forest = tuple(i for i, features in enumerate(used) if features.size > 1)
    trees = [ensemble.trees[i] for i in forest]
    grid = _grid(ensemble)
    step_trees = tuple(
        (i, int(features[0]), leaf_by_bin(ensemble.trees[i], edges[int(features[0])]))
        for i, features in enumerate(used)
        if features.size == 1
    )
    constants = [
        float(grid(t.value[:1])[0]) for t, features in zip(ensemble.trees, used, strict=True) if not features.size
    ]
    return Tables(
        base=float(grid(np.array([ensemble.base]))[0]) + math.fsum(constants),
        edges=edges,
        steps=_steps(ensemble, step_trees, edges, grid),
        masks=_masks(trees, edges),
        leaves=_leaves(trees, grid),
        step_trees=step_trees,
        forest=forest,
    )


def _edges(ensemble: Ensemble) -> tuple[np.ndarray, ...]:
    inner = [t.feature >= 0 for t in ensemble.trees]
    feature = np.concatenate([t.feature[own] for t, own in zip(ensemble.trees, inner, strict=True)])
    threshold = np.concatenate([t.threshold[own] for t, own in zip(ensemble.trees, inner, strict=True)])
    return tuple(np.unique(threshold[feature == f]).astype(np.float32) for f in range(ensemble.n_features))


def _grid(ensemble: Ensemble):
    """Function that rounds to multiples of a power of two so fine that no leaf notices, and so coarse that
    every sum of leaves is exact: whatever the order of summation, one row and a million give the same bits.
    """
    biggest = abs(ensemble.base) + sum(float(np.abs(t.value[t.feature < 0]).max()) for t in ensemble.trees)
    unit = 2.0 ** (math.ceil(math.log2(max(biggest, 1.0))) - 52)
    return lambda values: np.round(np.asarray(values, dtype=np.float64) / unit) * unit


def leaf_by_bin(tree: Tree, edges: np.ndarray) -> np.ndarray:
    """Index of the leaf's node for each bin of the one feature that the tree is about; the last bin is NaN."""
    split = np.searchsorted(edges, tree.threshold)
    found = np.zeros(edges.size + 2, dtype=np.int64)
    stack = [(0, 0, edges.size + 1, True)]
    while stack:
        node, low, high, holds_missing = stack.pop()
        if tree.feature[node] < 0:
            found[low:high] = node
            if holds_missing:
                found[-1] = node
            continue
        cut, missing_left = int(split[node]) + 1, bool(tree.missing_left[node])
        stack.append((int(tree.left[node]), low, max(low, min(high, cut)), holds_missing and missing_left))
        stack.append((int(tree.right[node]), min(high, max(low, cut)), high, holds_missing and not missing_left))
    return found


def _steps(ensemble: Ensemble, step_trees, edges, grid) -> tuple[np.ndarray | None, ...]:
    sums: list[np.ndarray | None] = [None] * ensemble.n_features
    for tree, feature, leaf in step_trees:
        own = grid(ensemble.trees[tree].value[leaf])
        sums[feature] = own if sums[feature] is None else sums[feature] + own
    return tuple(sums)


def _masks(trees: list[Tree], edges: tuple[np.ndarray, ...]) -> tuple[np.ndarray | None, ...]:
    most = max((t.leaves.size for t in trees), default=1)
    if most > MAX_LEAVES:
        raise Refusal(f"a tree has {most} leaves, wanted at most {MAX_LEAVES}; lower train.boosting.max_leaf_nodes")
    word = _word(most)
    used = {int(f) for t in trees for f in t.feature if f >= 0}
    size = sum((edges[f].size + 2) * len(trees) * word.itemsize for f in used)
    if size > MAX_TABLE_BYTES:
        raise Refusal(f"its trees need tables of {size} bytes, wanted at most {MAX_TABLE_BYTES}; train fewer trees")
    full = np.array([(1 << t.leaves.size) - 1 for t in trees], dtype=word)
    masks = [np.tile(full, (e.size + 2, 1)) if f in used else None for f, e in enumerate(edges)]
    for index, tree in enumerate(trees):
        _clear(masks, index, tree, edges)
    return tuple(masks)


def _clear(masks: list[np.ndarray | None], index: int, tree: Tree, edges: tuple[np.ndarray, ...]) -> None:
    """At each split, clear the leaves on the left in bins that go right, and the other way round."""
    bits = _leaf_bits(tree)
    for node in np.flatnonzero(tree.feature >= 0):
        feature = int(tree.feature[node])
        column = masks[feature][:, index]
        cut = int(np.searchsorted(edges[feature], tree.threshold[node])) + 1
        not_left, not_right = (
            column.dtype.type(~bits[c] & (2**64 - 1) & int(np.iinfo(column.dtype).max))
            for c in (tree.left[node], tree.right[node])
        )
        column[:cut] &= not_right
        column[cut:-1] &= not_left
        column[-1] &= not_right if tree.missing_left[node] else not_left


def _leaf_bits(tree: Tree) -> list[int]:
    """For every node the leaves below it, a bit a leaf; children stand after their parents."""
    bits = [0] * tree.feature.size
    for bit, leaf in enumerate(tree.leaves):
        bits[leaf] = 1 << bit
    for node in range(len(bits) - 1, -1, -1):
        if tree.feature[node] >= 0:
            bits[node] = bits[tree.left[node]] | bits[tree.right[node]]
    return bits


def _leaves(trees: list[Tree], grid) -> np.ndarray:
    most = max((t.leaves.size for t in trees), default=1)
    table = np.zeros((len(trees), most))
    for row, tree in zip(table, trees, strict=True):
        row[: tree.leaves.size] = grid(tree.value[tree.leaves])
    return table


def _word(leaves: int) -> np.dtype:
    return next(np.dtype(w) for w in _WORDS if leaves <= np.dtype(w).itemsize * 8)
