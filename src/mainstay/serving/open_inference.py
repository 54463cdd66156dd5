"""The Open Inference Protocol, version 2, over HTTP: a tensor a column, of shape [rows].

https://github.com/kserve/open-inference-protocol
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec

from mainstay.rows.contract import Contract
from mainstay.serving import strict_json
from mainstay.serving.loading import Loaded
from mainstay.serving.predict import Noted, Predicted, predicted
from mainstay.serving.problem import Problem, pointer
from mainstay.serving.request import Answer, Request
from mainstay.serving.rows_in import Row

NAME, PLATFORM = "churn", "onnx_mainstay"

INTEGERS = ("INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8")
DATATYPES = {
    "integer": INTEGERS,
    "number": ("FP64", "FP32", *INTEGERS),
    "category": ("BYTES",),
    "boolean": ("BOOL",),
    "date": ("BYTES",),
}
"""What a column may come as; the first is what the metadata tell. Text and days as 2024-05-31 are BYTES."""

Size = Annotated[int, msgspec.Meta(ge=0)]


class Tensor(msgspec.Struct, frozen=True):
    """A column. A missing value is null."""

    name: str
    shape: Annotated[list[Size], msgspec.Meta(min_length=1, max_length=2)]
    datatype: str
    data: list[object]
    parameters: dict[str, object] = {}


class Output(msgspec.Struct, frozen=True):
    """An output that is asked for."""

    name: Literal["probability", "contact"]
    parameters: dict[str, object] = {}


class Infer(msgspec.Struct, frozen=True):
    """A request."""

    inputs: list[Tensor]
    id: str | None = None
    parameters: dict[str, object] = {}
    outputs: list[Output] = []


class Inferred(msgspec.Struct, frozen=True, omit_defaults=True):
    """Its answer."""

    model_name: str
    model_version: str
    outputs: list[Tensor]
    id: str | None = None


def server() -> dict[str, object]:
    """Metadata of the server."""
    return {"name": "mainstay", "version": "2", "extensions": []}


def metadata(loaded: Loaded) -> dict[str, object]:
    """Metadata of the model: its inputs are the contract's columns."""
    types = _types(loaded.model.contract)
    return {
        "name": NAME,
        "versions": [loaded.release],
        "platform": PLATFORM,
        "inputs": [{"name": name, "datatype": own[0], "shape": [-1]} for name, own in types.items()],
        "outputs": [{"name": name, "datatype": own, "shape": [-1]} for name, own in _outputs(loaded)],
    }


def infer(loaded: Callable[[], Loaded], noted: Noted) -> Callable[[Request], Answer]:
    """The handler of inference requests. It raises Problem, whose answer has the protocol's `error`, too."""

    def handle(request: Request) -> Answer:
        try:
            now = loaded()
            asked = _asked(strict_json.parse(request.body, now.rows_in.limits.max_depth))
            found = now.rows_in.judge(_rows(asked.inputs, now), _where(asked.inputs))
            return Answer(msgspec.json.encode(_told(asked, now, predicted(noted, now, found))))
        except Problem as problem:
            problem.more["error"] = problem.detail
            raise

    return handle


def _asked(document: object) -> Infer:
    try:
        return msgspec.convert(document, Infer)
    except msgspec.ValidationError as error:
        raise Problem(422, f"no inference request: {error}") from error


def _rows(inputs: list[Tensor], loaded: Loaded) -> list[Row]:
    """Raises Problem where the columns do not make a table of the contract's columns."""
    types = _types(loaded.model.contract)
    names = [tensor.name for tensor in inputs]
    if len(set(names)) < len(names):
        raise Problem(422, "an input stands twice")
    count = len(inputs[0].data) if inputs else 0
    for tensor in inputs:
        _fits(tensor, count, types.get(tensor.name, (tensor.datatype,)))
    columns = [tensor.data for tensor in inputs]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _fits(tensor: Tensor, count: int, types: tuple[str, ...]) -> None:
    if len(tensor.data) != count or tensor.shape not in ([count], [count, 1]):
        raise Problem(422, f"input {tensor.name}: saw shape {tensor.shape} of {len(tensor.data)}, wanted [{count}]")
    if tensor.datatype not in types:
        raise Problem(422, f"input {tensor.name}: saw datatype {tensor.datatype}, wanted {types[0]}")


def _where(inputs: list[Tensor]) -> Callable[[int, str | None], str]:
    at = {tensor.name: number for number, tensor in enumerate(inputs)}
    return lambda row, name: pointer("inputs", at[name], "data", row) if name in at else pointer("inputs")


def _told(asked: Infer, loaded: Loaded, found: Predicted) -> Inferred:
    values = {"probability": found.probabilities, "contact": found.contacts}
    wanted = {output.name for output in asked.outputs} or set(values)
    outputs = [
        Tensor(name, [len(found.customers)], own, values[name]) for name, own in _outputs(loaded) if name in wanted
    ]
    return Inferred(NAME, loaded.release, outputs, asked.id)


def _outputs(loaded: Loaded) -> list[tuple[str, str]]:
    """Those that the release has: without an operating point it decides nothing."""
    return [("probability", "FP64")] + ([] if loaded.threshold is None else [("contact", "BOOL")])


def _types(contract: Contract) -> dict[str, tuple[str, ...]]:
    keys = {contract.id: ("BYTES",)} | ({contract.observed_on: ("BYTES",)} if contract.observed_on else {})
    return keys | {c.name: DATATYPES[c.kind] for c in contract.used}
