"""An ensemble as tables over bins: what scoring needs, and all it needs.

A feature's thresholds part its values into bins. Trees on one feature become one number a bin (`steps`),
the others words of bits (`masks`, see leaf_bits.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mainstay.model.grid import Grid, grid
from mainstay.model.leaf_bits import check_sizes, leaf_masks
from mainstay.model.trees import Ensemble, Tree

FEW_EDGES = 12
"""Up to as many, comparing with every edge is faster than searching: it needs no branches."""

Rounding = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class StepTree:
    """A tree on one feature: the leaf that each bin reaches."""

    tree: int  # index in the ensemble
    feature: int
    leaf: np.ndarray  # int [E + 2], index of the leaf's node


@dataclass(frozen=True)
class Tables:
    """Bins of feature f: 0..E below or between its E thresholds and above, then one for NaN: E + 2 in all."""

    base: float
    edges: tuple[np.ndarray, ...]  # float32 [E], ascending, a feature
    grids: tuple[Grid | None, ...]  # of features with many edges
    steps: tuple[np.ndarray | None, ...]  # float64 [E + 2], log-odds that the bin adds
    step_trees: tuple[StepTree, ...]
    masks: tuple[np.ndarray | None, ...]  # word [E + 2, T], the leaves that are possible in the bin
    leaves: np.ndarray  # float64 [T, L], log-odds of the leaves
    forest: tuple[int, ...]  # the T trees on two features or more, as indices in the ensemble
    word: np.dtype  # as many bits as L needs


def tables(ensemble: Ensemble) -> Tables:
    """The tables of an ensemble. Raises Refusal where a tree has too many leaves, or all are too big."""
    edges, rounded = _edges(ensemble), _rounding(ensemble)
    asked = [sorted(set(t.feature[t.feature >= 0].tolist())) for t in ensemble.trees]
    forest = tuple(i for i, features in enumerate(asked) if len(features) > 1)
    trees = [ensemble.trees[i] for i in forest]
    word = check_sizes(trees, edges)
    steps = tuple(
        StepTree(i, features[0], leaf_by_bin(ensemble.trees[i], edges[features[0]]))
        for i, features in enumerate(asked)
        if len(features) == 1
    )
    constant = [ensemble.trees[i].value[0] for i, features in enumerate(asked) if not features]
    return Tables(
        base=float(rounded(np.array([ensemble.base, *constant])).sum()),
        edges=edges,
        grids=tuple(grid(own) if own.size > FEW_EDGES else None for own in edges),
        steps=_steps(ensemble, steps, rounded),
        step_trees=steps,
        masks=leaf_masks(trees, edges, word),
        leaves=_leaves(trees, rounded),
        forest=forest,
        word=word,
    )


def _edges(ensemble: Ensemble) -> tuple[np.ndarray, ...]:
    """Each feature's thresholds in all trees, ascending, each once."""
    feature, threshold = (np.concatenate([getattr(t, n) for t in ensemble.trees]) for n in ("feature", "threshold"))
    order = np.argsort(feature, kind="stable")
    cuts = np.searchsorted(feature[order], np.arange(ensemble.n_features + 1))
    parts = np.split(threshold[order], cuts)[1:-1]  # the first part is the leaves'
    return tuple(np.array(sorted(set(part.tolist())), dtype=np.float32) for part in parts)


def _rounding(ensemble: Ensemble) -> Rounding:
    """Function that rounds to multiples of a power of two: so fine that no leaf notices, so coarse that every
    sum of leaves is exact. Whatever the order of summation, one row and a million give the same bits.
    """
    biggest = abs(ensemble.base) + sum(float(np.abs(t.value[t.feature < 0]).max()) for t in ensemble.trees)
    unit = 2.0 ** (math.ceil(math.log2(max(biggest, 1.0))) - 52)
    return lambda values: np.round(values / unit) * unit


def leaf_by_bin(tree: Tree, edges: np.ndarray) -> np.ndarray:
    """Index of the leaf's node for each bin of the one feature that the tree is about; the last bin is NaN."""
    cuts = np.searchsorted(edges, tree.threshold) + 1
    found = np.zeros(edges.size + 2, dtype=np.int64)
    stack = [(0, 0, edges.size + 1, True)]  # node, the bins [low, high) that reach it, whether NaN does
    while stack:
        node, low, high, holds_missing = stack.pop()
        if tree.feature[node] < 0:
            found[low:high] = node
            found[-1] = node if holds_missing else found[-1]
            continue
        cut, missing_left = min(max(int(cuts[node]), low), high), bool(tree.missing_left[node])
        stack.append((int(tree.left[node]), low, cut, holds_missing and missing_left))
        stack.append((int(tree.right[node]), cut, high, holds_missing and not missing_left))
    return found


def _steps(ensemble: Ensemble, step_trees: tuple[StepTree, ...], rounded: Rounding) -> tuple[np.ndarray | None, ...]:
    sums: list[np.ndarray | None] = [None] * ensemble.n_features
    for step in step_trees:
        own = rounded(ensemble.trees[step.tree].value[step.leaf])
        sums[step.feature] = own if sums[step.feature] is None else sums[step.feature] + own
    return tuple(sums)


def _leaves(trees: list[Tree], rounded: Rounding) -> np.ndarray:
    most = max((t.leaves.size for t in trees), default=1)
    table = np.zeros((len(trees), most))
    for row, tree in zip(table, trees, strict=True):
        row[: tree.leaves.size] = rounded(tree.value[tree.leaves])
    return table
