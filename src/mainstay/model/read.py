"""The bytes of a model file -> what they hold, or a Refusal. Only what `export` writes is let in.

The file may come from a branch or a bucket that nobody vouches for yet, so that nothing in it is believed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from google.protobuf.message import DecodeError
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto

from mainstay.model.read_trees import ATTRIBUTES, Leaves, trees_of
from mainstay.model.trees import Ensemble
from mainstay.refusal import Refusal
from mainstay.rows import contract_file
from mainstay.rows.contract import Contract

FORMAT = 1
METADATA = "mainstay"
OPSETS = {"": 17, "ai.onnx.ml": 3}
IR_VERSION = 8
MAX_BYTES = 64_000_000

_NODES = (
    ("ai.onnx.ml", "TreeEnsembleRegressor", ["features"], ["log_odds"]),
    ("", "Sigmoid", ["log_odds"], ["probability"]),
    ("ai.onnx.ml", "TreeEnsembleRegressor", ["features"], ["contributions"]),
)


@dataclass(frozen=True)
class Content:
    """What a model file holds. Inner nodes' values are not in it; what the leaves owe to features is."""

    contract: Contract
    about: dict[str, object]
    ensemble: Ensemble
    leaves: Leaves


def parse(data: bytes, source: str) -> Content:
    """The content of a model file; `source` is its name in errors. Raises Refusal for anything unusual."""
    try:
        model = _model(data)
        contract, about = _metadata(model)
        _check_graph(model.graph, len(contract.features))
        scores, _, reasons = model.graph.node
        ensemble, leaves = trees_of(_attributes(scores), _attributes(reasons), len(contract.features))
    except Refusal as refusal:
        raise Refusal(f"{source}: {refusal}; do not use it, fetch or train it again") from refusal
    return Content(contract, about, ensemble, leaves)


def _model(data: bytes) -> ModelProto:
    if len(data) > MAX_BYTES:
        raise Refusal(f"the model has {len(data)} bytes, wanted at most {MAX_BYTES}")
    model = ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError as error:
        raise Refusal(f"not an ONNX model: {error}") from error
    opsets = {o.domain: o.version for o in model.opset_import}
    _expect("operator sets", opsets, OPSETS)
    _expect("ir_version", model.ir_version, IR_VERSION)
    _expect("functions", len(model.functions), 0)
    _expect("training graphs", len(model.training_info), 0)
    return model


def _metadata(model: ModelProto) -> tuple[Contract, dict[str, object]]:
    found = [p.value for p in model.metadata_props if p.key == METADATA]
    _expect(f"entries {METADATA!r} in its metadata", len(found), 1)
    try:
        content = json.loads(found[0], parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal(f"metadata: not JSON: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("about"), dict):
        raise Refusal("metadata: wanted an object with `format`, `contract` and `about`")
    _expect("format", content.get("format"), FORMAT)
    return _contract(content.get("contract")), content["about"]


def _contract(document: object) -> Contract:
    contract = contract_file.from_dict(document)
    names = [c.name for c in contract.columns]
    if len(set(names)) != len(names) or not contract.features:
        raise Refusal(f"contract: its columns are {names}, wanted each once and at least one feature")
    return contract


def _check_graph(graph: GraphProto, width: int) -> None:
    for what in ("initializer", "sparse_initializer", "value_info", "quantization_annotation"):
        _expect(f"graph.{what}", len(getattr(graph, what)), 0)
    for node in graph.node:
        if node.domain not in OPSETS:
            raise Refusal(f"operator {node.op_type!r} is of domain {node.domain!r}, which it may not be")
    nodes = tuple((n.domain, n.op_type, list(n.input), list(n.output)) for n in graph.node)
    _expect("operators", nodes, _NODES)
    _expect("attributes of Sigmoid", len(graph.node[1].attribute), 0)
    _expect("inputs", _shapes(graph.input), [("features", TensorProto.FLOAT, ["N", width])])
    outputs = [("probability", TensorProto.FLOAT, ["N", 1]), ("contributions", TensorProto.FLOAT, ["N", width])]
    _expect("outputs", _shapes(graph.output), outputs)


def _shapes(values: Iterable[ValueInfoProto]) -> list[tuple[str, int, list[str | int]]]:
    tensors = [(v.name, v.type.tensor_type) for v in values]
    return [(name, t.elem_type, [d.dim_param or d.dim_value for d in t.shape.dim]) for name, t in tensors]


def _attributes(node: NodeProto) -> dict[str, object]:
    """The attributes as Python values; any that `export` does not write is refused, as is any of another type."""
    found: dict[str, object] = {}
    for attribute in node.attribute:
        wanted = ATTRIBUTES.get(attribute.name)
        if wanted is None or attribute.name in found:
            raise Refusal(f"{node.op_type}: attribute {attribute.name!r} is not wanted, or stands twice")
        if attribute.type != wanted:
            kind = AttributeProto.AttributeType.Name
            raise Refusal(f"{node.op_type}: {attribute.name} is {kind(attribute.type)}, wanted {kind(wanted)}")
        found[attribute.name] = _VALUE[wanted](attribute)
    return found


_VALUE = {
    AttributeProto.INT: lambda a: a.i,
    AttributeProto.INTS: lambda a: a.ints,
    AttributeProto.FLOATS: lambda a: a.floats,
    AttributeProto.STRINGS: lambda a: a.strings,
}


def _expect(what: str, seen: object, wanted: object) -> None:
    if seen != wanted:
        raise Refusal(f"{what}: saw {str(seen)[:200]}, wanted {str(wanted)[:200]}")


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")
