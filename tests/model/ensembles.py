"""Small contracts, trees and rows for the tests of the model file."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from mainstay.model.export import to_onnx
from mainstay.model.file import Model
from mainstay.model.trees import Ensemble, Tree
from mainstay.rows.contract import UNSEEN, Column, Contract, Outcome

MAX = float(np.finfo(np.float32).max)
FINITE = [UNSEEN, -0.5, 0.0, 0.5, 1.0, float(np.float32(0.1)), 2.0, 1e-45, -MAX, MAX]
VALUES = [*FINITE, np.nan, np.inf, -np.inf, float(np.nextafter(np.float32(0.1), np.float32(1)))]


def contract(*columns, observed_on=None):
    outcome = Outcome("churned", None, "1", "0", None, 30, 0)
    return Contract("id", observed_on, outcome, (), None, columns or numbers(3))


def numbers(n):
    return tuple(Column(f"x{i}", "number", missing=1.0) for i in range(n))


def leaf(value):
    return ("leaf", value)


def split(feature, threshold, left, right, missing_left=False):
    return ("split", feature, threshold, left, right, missing_left)


def chain(leaves, feature=0):
    """A shape that asks about one feature again and again."""
    shape = leaf(0.0)
    for i in range(leaves - 1):
        shape = split(feature, float(i), shape, leaf(float(i)))
    return shape


def tree(shape):
    """A Tree from nested `split` and `leaf`; an inner value is the plain mean of its children's."""
    nodes = []

    def grow(shape):
        node = len(nodes)
        nodes.append(None)
        if shape[0] == "leaf":
            nodes[node] = (-1, 0.0, False, -1, -1, shape[1])
            return node
        _, feature, threshold, left, right, missing_left = shape
        left, right = grow(left), grow(right)
        nodes[node] = (feature, threshold, missing_left, left, right, (nodes[left][5] + nodes[right][5]) / 2)
        return node

    grow(shape)
    columns = list(zip(*nodes, strict=True))
    types = (np.int32, np.float32, bool, np.int32, np.int32, np.float64)
    return Tree(*(np.array(column, dtype=kind) for column, kind in zip(columns, types, strict=True)))


def walked(trees, base, row):
    """Log-odds by the definition of a tree: walk each from its root."""
    total = base
    for t in trees:
        node = 0
        while t.feature[node] >= 0:
            value = row[t.feature[node]]
            goes_left = t.missing_left[node] if np.isnan(value) else value <= t.threshold[node]
            node = t.left[node] if goes_left else t.right[node]
        total += float(np.float32(t.value[node]))
    return total


def model(ensemble, own=None, about=None):
    return Model.from_bytes(to_onnx(ensemble, own or contract(*numbers(ensemble.n_features)), about or {}))


def churn_like(seed, rows, features):
    """A float32 matrix with missing and unseen values, and an outcome that depends on it."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features)).astype(np.float32)
    X[:, ::2] = rng.integers(-1, 4, size=X[:, ::2].shape)
    X[rng.random(X.shape) < 0.1] = np.nan
    z = np.nan_to_num(X[:, 0]) - np.nan_to_num(X[:, 1]) * np.nan_to_num(X[:, 2]) - 0.5
    return X, (rng.random(rows) < 1 / (1 + np.exp(-z))).astype(int)


@st.composite
def shapes(draw, n_features, depth=4):
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return leaf(draw(st.floats(-4, 4, width=32)))
    below = shapes(n_features, depth - 1)
    feature, threshold = draw(st.integers(0, n_features - 1)), draw(st.sampled_from(FINITE))
    return split(feature, threshold, draw(below), draw(below), draw(st.booleans()))


@st.composite
def ensembles(draw, n_features=3):
    grown = draw(st.lists(shapes(n_features).map(tree), min_size=1, max_size=6))
    return Ensemble(draw(st.floats(-3, 3, width=32)), tuple(grown), n_features)


def matrices(n_features=3):
    row = st.lists(st.sampled_from(VALUES), min_size=n_features, max_size=n_features)
    return st.lists(row, min_size=1, max_size=12).map(lambda rows: np.array(rows, dtype=np.float32))
