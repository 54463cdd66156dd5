"""Attributes of the two TreeEnsembleRegressors -> checked trees, and what their leaves owe to each feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from onnx import AttributeProto

from mainstay.model.trees import Ensemble, Tree
from mainstay.refusal import Refusal

ATTRIBUTES = {
    "n_targets": AttributeProto.INT,
    "nodes_treeids": AttributeProto.INTS,
    "nodes_nodeids": AttributeProto.INTS,
    "nodes_featureids": AttributeProto.INTS,
    "nodes_values": AttributeProto.FLOATS,
    "nodes_modes": AttributeProto.STRINGS,
    "nodes_truenodeids": AttributeProto.INTS,
    "nodes_falsenodeids": AttributeProto.INTS,
    "nodes_missing_value_tracks_true": AttributeProto.INTS,
    "target_treeids": AttributeProto.INTS,
    "target_nodeids": AttributeProto.INTS,
    "target_ids": AttributeProto.INTS,
    "target_weights": AttributeProto.FLOATS,
    "base_values": AttributeProto.FLOATS,
}
MAX_NODES = 500_000
TOLERANCE = 1e-4
"""How far score and reasons of a leaf may be apart: both are sums of rounded float32."""

_STRUCTURE = tuple(name for name in ATTRIBUTES if name.startswith("nodes_"))
_TARGETS = tuple(name for name in ATTRIBUTES if name.startswith("target_"))


@dataclass(frozen=True)
class Leaves:
    """What features added at leaves: parallel arrays, an element a (leaf, feature) that is not zero."""

    tree: np.ndarray  # int64, index of the tree
    node: np.ndarray  # int64, index of the leaf in its tree
    feature: np.ndarray  # int64
    value: np.ndarray  # float64
    roots: np.ndarray  # float64, a value a tree: leaf = root + what all features added


def trees_of(scores: Mapping[str, object], reasons: Mapping[str, object], n_features: int) -> tuple[Ensemble, Leaves]:
    """The trees of both regressors, which must have one structure and agree. Raises Refusal."""
    _check_names(scores, reasons, n_features)
    nodes = _nodes(scores, n_features)
    score = _targets(scores, nodes, 1)
    reason = _targets(reasons, nodes, n_features)
    base = _finite(np.array(scores["base_values"], dtype=np.float64), "base_values")
    _check(base.size == 1, f"base_values: saw {base.size}, wanted one")
    value = _leaf_values(score, nodes)
    roots = _roots(value, reason, nodes)
    trees = tuple(nodes.tree(i, value) for i in range(nodes.starts.size))
    start = nodes.starts[nodes.treeids[reason.row]]
    leaves = Leaves(nodes.treeids[reason.row], reason.row - start, reason.target, reason.weight, roots)
    return Ensemble(float(base[0]), trees, n_features), leaves


@dataclass(frozen=True)
class _Nodes:
    """All trees' nodes one after the other; children are indices into these arrays, -1 at a leaf."""

    treeids: np.ndarray
    starts: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    missing_left: np.ndarray
    left: np.ndarray
    right: np.ndarray

    @property
    def is_leaf(self) -> np.ndarray:
        return self.feature < 0

    def tree(self, index: int, value: np.ndarray) -> Tree:
        start = self.starts[index]
        end = self.starts[index + 1] if index + 1 < self.starts.size else self.treeids.size
        own = slice(start, end)
        left, right = (np.where(c[own] < 0, -1, c[own] - start).astype(np.int32) for c in (self.left, self.right))
        feature = self.feature[own].astype(np.int32)
        return Tree(feature, self.threshold[own], self.missing_left[own], left, right, value[own])


@dataclass(frozen=True)
class _Targets:
    row: np.ndarray  # index of the node among all
    target: np.ndarray
    weight: np.ndarray


def _check_names(scores: Mapping[str, object], reasons: Mapping[str, object], n_features: int) -> None:
    for what, attributes, wanted in (("scores", scores, set(ATTRIBUTES)), ("reasons", reasons, set(ATTRIBUTES))):
        wanted = wanted - ({"base_values"} if what == "reasons" else set())
        missing, added = wanted - set(attributes), set(attributes) - wanted
        _check(not missing and not added, f"{what}: attributes missing {sorted(missing)}, not wanted {sorted(added)}")
    _check(scores["n_targets"] == 1, f"scores: n_targets is {scores['n_targets']}, wanted 1")
    _check(reasons["n_targets"] == n_features, f"reasons: n_targets is {reasons['n_targets']}, wanted {n_features}")
    for name in _STRUCTURE:
        _check(scores[name] == reasons[name], f"{name}: scores and reasons differ")


def _nodes(attributes: Mapping[str, object], n_features: int) -> _Nodes:
    sizes = {name: len(attributes[name]) for name in _STRUCTURE}
    size = sizes["nodes_treeids"]
    _check(set(sizes.values()) == {size}, f"nodes: lengths differ: {sizes}")
    _check(0 < size <= MAX_NODES, f"nodes: saw {size}, wanted 1 to {MAX_NODES}")
    whole = {n: np.array(attributes[n], dtype=np.int64) for n in _STRUCTURE if ATTRIBUTES[n] == AttributeProto.INTS}
    modes = np.array(attributes["nodes_modes"])
    is_leaf = modes == b"LEAF"
    _check(bool((is_leaf | (modes == b"BRANCH_LEQ")).all()), "nodes_modes: wanted BRANCH_LEQ and LEAF only")
    threshold = _finite(np.array(attributes["nodes_values"], dtype=np.float32), "nodes_values")
    feature = whole["nodes_featureids"]
    _check(bool(((feature >= 0) & (feature < n_features)).all()), f"nodes_featureids: wanted 0 to {n_features - 1}")
    treeids, starts = _tree_starts(whole["nodes_treeids"], whole["nodes_nodeids"])
    left, right = (
        np.where(is_leaf, -1, whole[name] + starts[treeids]) for name in ("nodes_truenodeids", "nodes_falsenodeids")
    )
    _check_children(left, right, is_leaf, treeids, starts)
    missing_left = whole["nodes_missing_value_tracks_true"].astype(bool)
    return _Nodes(treeids, starts, np.where(is_leaf, -1, feature), threshold, missing_left, left, right)


def _tree_starts(treeids: np.ndarray, nodeids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    step = np.diff(treeids, prepend=-1)
    _check(bool(((step == 0) | (step == 1)).all()), "nodes_treeids: wanted 0, 1, 2, ... without a gap")
    starts = np.flatnonzero(step)
    _check(bool((nodeids == np.arange(treeids.size) - starts[treeids]).all()), "nodes_nodeids: wanted 0, 1, 2, ...")
    return treeids, starts


def _check_children(
    left: np.ndarray, right: np.ndarray, is_leaf: np.ndarray, treeids: np.ndarray, starts: np.ndarray
) -> None:
    """A child comes after its parent and has one parent only, so that there is no cycle and every node is reached."""
    inner = np.flatnonzero(~is_leaf)
    children = np.concatenate([left[inner], right[inner]])
    parents = np.concatenate([inner, inner])
    in_range = (children > parents) & (children < treeids.size)
    _check(bool(in_range.all()), "nodes: a child stands before its parent or outside; wanted trees without cycles")
    _check(bool((treeids[children] == treeids[parents]).all()), "nodes: a child is in another tree")
    seen = np.bincount(children, minlength=treeids.size)
    seen[starts] += 1
    _check(bool((seen == 1).all()), "nodes: wanted one parent for every node but the root")


def _targets(attributes: Mapping[str, object], nodes: _Nodes, n_targets: int) -> _Targets:
    sizes = {name: len(attributes[name]) for name in _TARGETS}
    _check(len(set(sizes.values())) == 1, f"targets: lengths differ: {sizes}")
    tree, node, target = (np.array(attributes[name], dtype=np.int64) for name in _TARGETS[:3])
    _check(bool(((tree >= 0) & (tree < nodes.starts.size)).all()), "target_treeids: no such tree")
    _check(bool(((target >= 0) & (target < n_targets)).all()), f"target_ids: wanted 0 to {n_targets - 1}")
    row = nodes.starts[tree] + node
    inside = (node >= 0) & (row >= 0) & (row < nodes.treeids.size)
    _check(bool(inside.all()) and bool((nodes.treeids[row] == tree).all()), "target_nodeids: no such node")
    _check(bool(nodes.is_leaf[row].all()), "target_nodeids: wanted leaves only")
    both = np.sort(row * n_targets + target)
    _check(bool((both[1:] != both[:-1]).all()), "targets: a leaf has a target twice")
    return _Targets(row, target, _finite(np.array(attributes["target_weights"], dtype=np.float64), "target_weights"))


def _leaf_values(score: _Targets, nodes: _Nodes) -> np.ndarray:
    """Value of every node: the score at a leaf, NaN at an inner node."""
    _check(score.row.size == int(nodes.is_leaf.sum()), "targets: wanted one score for every leaf")
    value = np.full(nodes.treeids.size, np.nan)
    value[score.row] = score.weight
    return value


def _roots(value: np.ndarray, reason: _Targets, nodes: _Nodes) -> np.ndarray:
    """Each tree's root value: a leaf's score less what features added to it, the same for all its leaves."""
    added = np.bincount(reason.row, weights=reason.weight, minlength=value.size)
    leaves = np.flatnonzero(nodes.is_leaf)
    left_over, tree = (value - added)[leaves], nodes.treeids[leaves]
    first = np.unique(tree, return_index=True)[1]
    roots = left_over[first]
    gap = float(np.abs(left_over - roots[tree]).max())
    _check(gap <= TOLERANCE * max(1.0, float(np.abs(value[leaves]).max())), f"scores and reasons differ by {gap:.3g}")
    return roots


def _finite(values: np.ndarray, name: str) -> np.ndarray:
    _check(bool(np.isfinite(values).all()), f"{name}: wanted finite numbers only")
    return values


def _check(holds: bool, complaint: str) -> None:
    if not holds:
        raise Refusal(complaint)
