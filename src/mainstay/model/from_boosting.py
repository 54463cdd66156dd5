"""A fitted HistGradientBoostingClassifier -> the same trees as ours, leaf for leaf."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mainstay.model.trees import Ensemble, Tree

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

BIGGEST = float(np.finfo(np.float32).max)


def from_boosting(fitted: HistGradientBoostingClassifier) -> Ensemble:
    """The ensemble of a binary classifier that was fitted on a float32 matrix without `categorical_features`."""
    if len(fitted.classes_) != 2:
        raise ValueError(f"classes: saw {len(fitted.classes_)}, wanted 2")
    trees = tuple(_tree(predictor.nodes) for (predictor,) in fitted._predictors)
    return Ensemble(float(np.ravel(fitted._baseline_prediction)[0]), trees, fitted.n_features_in_)


def _tree(nodes: np.ndarray) -> Tree:
    if nodes["is_categorical"].any():
        raise ValueError("a split is on categories; wanted ordinal codes and no `categorical_features`")
    is_leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        feature=np.where(is_leaf, -1, nodes["feature_idx"]).astype(np.int32),
        threshold=_float32_below(np.where(is_leaf, 0.0, nodes["num_threshold"])),
        missing_left=~is_leaf & nodes["missing_go_to_left"].astype(bool),
        left=np.where(is_leaf, -1, nodes["left"].astype(np.int64)).astype(np.int32),
        right=np.where(is_leaf, -1, nodes["right"].astype(np.int64)).astype(np.int32),
        value=_means(nodes, is_leaf),
    )


def _float32_below(thresholds: np.ndarray) -> np.ndarray:
    """The biggest finite float32 at or below: scikit-learn's are midpoints in double precision, and infinite
    where a split only sets the missing apart.
    """
    capped = np.clip(thresholds, -BIGGEST, BIGGEST)
    rounded = capped.astype(np.float32)
    return np.where(rounded > capped, np.nextafter(rounded, np.float32(-np.inf)), rounded)


def _means(nodes: np.ndarray, is_leaf: np.ndarray) -> np.ndarray:
    """The leaves' values, and at inner nodes their mean weighted by training rows; children stand after parents."""
    value = np.where(is_leaf, nodes["value"], 0.0)
    for node in np.flatnonzero(~is_leaf)[::-1]:
        children = [int(nodes["left"][node]), int(nodes["right"][node])]
        value[node] = np.average(value[children], weights=nodes["count"][children])
    return value
