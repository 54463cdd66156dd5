"""A table of steps (one log-odds a bin of one feature) -> one balanced tree, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mainstay.model.trees import Tree

BIGGEST = np.finfo(np.float32).max


@dataclass(frozen=True)
class Steps:
    """What each bin of one feature adds to the log-odds. Bin k is edges[k-1] < x <= edges[k]; one more is above all.

    Counts are training rows; they weigh the means at inner nodes, which reasons are made of.
    """

    feature: int
    edges: np.ndarray  # float32 [k], strictly ascending
    values: np.ndarray  # float64 [k + 1]
    counts: np.ndarray  # [k + 1]
    missing: float
    missing_count: float


def category_steps(
    feature: int, values: Sequence[float], counts: Sequence[float], unseen: float, missing: float, missing_count: float
) -> Steps:
    """Steps of a category: `values[c]` for code c, `unseen` for the code -1 of a value that the contract lacks."""
    edges = np.arange(len(values), dtype=np.float32) - np.float32(0.5)
    return Steps(feature, edges, np.array([unseen, *values]), np.array([0.0, *counts]), missing, missing_count)


def step_tree(steps: Steps) -> Tree:
    """The tree of one table of steps. Missing values have a leaf of their own, at the root's right."""
    bins = steps.edges.size + 1
    if steps.values.size != bins or steps.counts.size != bins:
        raise ValueError(f"steps: saw {steps.values.size} values, {steps.counts.size} counts; wanted {bins} of each")
    if not (np.diff(steps.edges) > 0).all() or steps.edges.dtype != np.float32:
        raise ValueError(f"edges: saw {steps.edges.dtype}, wanted ascending float32")
    grown = _Growing(steps)
    root = grown.add(steps.feature, BIGGEST, missing_left=False)
    left, left_count = grown.grow(0, bins)
    right = grown.leaf(steps.missing)
    grown.join(root, left, right, left_count, steps.missing_count)
    return grown.tree()


@dataclass
class _Growing:
    """Nodes so far, parents before children."""

    steps: Steps
    nodes: list[list] = field(default_factory=list)

    def grow(self, low: int, high: int) -> tuple[int, float]:
        """The balanced subtree over bins low to high - 1, and its training rows."""
        if high - low == 1:
            return self.leaf(float(self.steps.values[low])), float(self.steps.counts[low])
        middle = (low + high) // 2
        node = self.add(self.steps.feature, self.steps.edges[middle - 1], missing_left=False)
        left, left_count = self.grow(low, middle)
        right, right_count = self.grow(middle, high)
        self.join(node, left, right, left_count, right_count)
        return node, left_count + right_count

    def add(self, feature: int, threshold: np.float32, missing_left: bool) -> int:
        self.nodes.append([feature, threshold, missing_left, -1, -1, 0.0])
        return len(self.nodes) - 1

    def leaf(self, value: float) -> int:
        self.nodes.append([-1, np.float32(0), False, -1, -1, value])
        return len(self.nodes) - 1

    def join(self, node: int, left: int, right: int, left_count: float, right_count: float) -> None:
        """Set a node's children, and its value to their mean; of no training rows, the plain mean."""
        weights = (left_count, right_count) if left_count + right_count > 0 else (1.0, 1.0)
        mean = float(np.average([self.nodes[left][5], self.nodes[right][5]], weights=weights))
        self.nodes[node][3:] = [left, right, mean]

    def tree(self) -> Tree:
        columns = zip(*self.nodes, strict=True)
        types = (np.int32, np.float32, bool, np.int32, np.int32, np.float64)
        return Tree(*(np.array(column, dtype=kind) for column, kind in zip(columns, types, strict=True)))
