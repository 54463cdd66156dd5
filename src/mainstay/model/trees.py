"""Trees: what every family of model becomes before it is written, and again after it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Tree:
    """One binary tree over a float32 row, as parallel arrays, one element a node; node 0 is the root.

    A row goes left where `row[feature] <= threshold`, or where it is missing (NaN) and `missing_left`.
    A leaf has `feature == -1`. `value` is the score on the log-odds scale (float64), given at every node:
    at an inner node it is the cover-weighted mean of its leaves, which is what reasons are made of.
    """

    feature: np.ndarray  # int32
    threshold: np.ndarray  # float32
    missing_left: np.ndarray  # bool
    left: np.ndarray  # int32, -1 at a leaf
    right: np.ndarray  # int32, -1 at a leaf
    value: np.ndarray  # float64

    @property
    def leaves(self) -> np.ndarray:
        """Indices of the leaves, in the order in which a walk that goes left first meets them."""
        order, stack = [], [0]
        while stack:
            node = stack.pop()
            if self.feature[node] < 0:
                order.append(node)
            else:
                stack += [self.right[node], self.left[node]]
        return np.array(order, dtype=np.int32)


@dataclass(frozen=True)
class Ensemble:
    """Log-odds of churn = base + the sum of every tree's leaf; probability = sigmoid of that.

    Calibration and blend weights are already folded into the leaves and the base.
    """

    base: float
    trees: tuple[Tree, ...]
    n_features: int


def scaled(ensemble: Ensemble, a: float, b: float) -> Ensemble:
    """The ensemble whose log-odds are a * log-odds + b, as sigmoid calibration wants them."""
    trees = tuple(replace(tree, value=a * tree.value) for tree in ensemble.trees)
    return replace(ensemble, base=a * ensemble.base + b, trees=trees)


def blended(ensembles: Sequence[Ensemble], weights: Sequence[float]) -> Ensemble:
    """The ensemble whose log-odds are the weighted sum of the others' log-odds."""
    parts = [scaled(ensemble, weight, 0.0) for ensemble, weight in zip(ensembles, weights, strict=True)]
    if len({part.n_features for part in parts}) != 1:
        raise ValueError(f"n_features: saw {[p.n_features for p in parts]}, wanted the same in all")
    trees = tuple(tree for part in parts for tree in part.trees)
    return Ensemble(base=sum(part.base for part in parts), trees=trees, n_features=parts[0].n_features)
