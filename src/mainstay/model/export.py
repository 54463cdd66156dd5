"""An ensemble -> the one file that is judged and shipped: ONNX with the contract inside, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper

from mainstay.model import read
from mainstay.model.attribution import leaf_contributions
from mainstay.model.file import Model
from mainstay.model.trees import Ensemble, Tree
from mainstay.refusal import Refusal
from mainstay.rows import contract_file
from mainstay.rows.contract import Contract


def to_onnx(ensemble: Ensemble, contract: Contract, about: Mapping[str, object]) -> bytes:
    """The model file: `features` [N, F] -> `probability` [N, 1] and `contributions` [N, F].

    `about` holds JSON values that travel with the model (family, operating point, training rows, ...).
    Leaves and base are rounded to float32. Raises Refusal where the result could not be loaded again.
    """
    if len(contract.features) != ensemble.n_features:
        raise Refusal(f"model: has {ensemble.n_features} features, the contract {len(contract.features)}")
    if not ensemble.trees:
        raise Refusal("model: has no trees, wanted one at least")
    model = _model(ensemble)
    content = {"format": read.FORMAT, "contract": contract_file.to_dict(contract), "about": dict(about)}
    helper.set_model_props(model, {read.METADATA: json.dumps(content, sort_keys=True, allow_nan=False)})
    data = model.SerializeToString(deterministic=True)
    Model.from_bytes(data, "the model as exported")
    return data


def _model(ensemble: Ensemble) -> ModelProto:
    width = ensemble.n_features
    shared = _structure(ensemble.trees)
    nodes = [
        _regressor(shared | _scores(ensemble), "log_odds", 1),
        helper.make_node("Sigmoid", ["log_odds"], ["probability"]),
        _regressor(shared | _reasons(ensemble), "contributions", width),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "churn",
        [value("features", TensorProto.FLOAT, ["N", width])],
        [value("probability", TensorProto.FLOAT, ["N", 1]), value("contributions", TensorProto.FLOAT, ["N", width])],
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in read.OPSETS.items()]
    return helper.make_model(graph, opset_imports=opsets, ir_version=read.IR_VERSION, producer_name="mainstay")


def _regressor(attributes: Mapping[str, Sequence], output: str, n_targets: int) -> NodeProto:
    names = sorted(attributes)  # the order is part of the bytes
    node = helper.make_node("TreeEnsembleRegressor", ["features"], [output], domain="ai.onnx.ml")
    node.attribute.extend(helper.make_attribute(name, attributes[name]) for name in names)
    node.attribute.append(helper.make_attribute("n_targets", n_targets))
    return node


def _structure(trees: Sequence[Tree]) -> dict[str, list]:
    """The attributes that say where a row goes; scores and reasons share them."""
    is_leaf = np.concatenate([t.feature < 0 for t in trees])

    def of_nodes(name: str, at_leaf: float) -> list:
        return np.where(is_leaf, at_leaf, np.concatenate([getattr(t, name) for t in trees])).tolist()

    return {
        "nodes_treeids": _repeated(trees, [t.feature.size for t in trees]),
        "nodes_nodeids": np.concatenate([np.arange(t.feature.size) for t in trees]).tolist(),
        "nodes_featureids": [int(v) for v in of_nodes("feature", 0)],
        "nodes_values": [_float32_below(v) for v in of_nodes("threshold", 0)],
        "nodes_modes": ["LEAF" if leaf else "BRANCH_LEQ" for leaf in is_leaf],
        "nodes_truenodeids": [int(v) for v in of_nodes("left", 0)],
        "nodes_falsenodeids": [int(v) for v in of_nodes("right", 0)],
        "nodes_missing_value_tracks_true": [int(v) for v in of_nodes("missing_left", 0)],
    }


def _scores(ensemble: Ensemble) -> dict[str, list]:
    leaves = [t.leaves for t in ensemble.trees]
    ids = np.concatenate(leaves)
    return {
        "base_values": [float(np.float32(ensemble.base))],
        "target_treeids": _repeated(leaves, [own.size for own in leaves]),
        "target_nodeids": ids.tolist(),
        "target_ids": [0] * ids.size,
        "target_weights": _floats([t.value[own] for t, own in zip(ensemble.trees, leaves, strict=True)]),
    }


def _reasons(ensemble: Ensemble) -> dict[str, list]:
    """A target a feature: what the splits on it added on the way to the leaf."""
    parts = [leaf_contributions(tree) for tree in ensemble.trees]
    return {
        "target_treeids": _repeated(parts, [part.leaf.size for part in parts]),
        "target_nodeids": np.concatenate([part.leaf for part in parts]).tolist(),
        "target_ids": np.concatenate([part.feature for part in parts]).tolist(),
        "target_weights": _floats([part.value for part in parts]),
    }


def _repeated(items: Sequence, counts: Sequence[int]) -> list[int]:
    return np.repeat(np.arange(len(items)), counts).tolist()


def _floats(parts: Sequence[np.ndarray]) -> list[float]:
    return np.concatenate(parts).astype(np.float32).astype(np.float64).tolist()


def _float32_below(threshold: float) -> float:
    """The biggest float32 at or below: it parts all float32 values as the threshold does."""
    rounded = np.float32(threshold)
    return float(np.nextafter(rounded, np.float32(-np.inf)) if rounded > threshold else rounded)
