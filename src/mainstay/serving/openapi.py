"""The OpenAPI 3.1 document of the server, made from the contract of the release that answers."""

from __future__ import annotations

from mainstay.rows.contract import Contract
from mainstay.rows.schema import json_schema
from mainstay.serving.open_inference import NAME

JSON, PROBLEM = "application/json", "application/problem+json"

Document = dict[str, object]


def document(contract: Contract, release: str, most_rows: int, guarded: bool) -> Document:
    """What can be asked, and what is answered."""
    paths = {"/predict": {"post": _predict(most_rows, contract)}} | _told_paths() | _inference_paths()
    if guarded:
        for path in ("/predict", f"/v2/models/{NAME}/infer"):
            paths[path]["post"]["security"] = [{"token": []}]
            paths[path]["post"]["responses"]["401"] = _problem("No token, or one that is not known.")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Churn", "version": release, "description": "Who is about to leave, and why."},
        "paths": paths,
        "components": {
            "schemas": _schemas(contract),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _predict(most_rows: int, contract: Contract) -> Document:
    row, many = _ref("Row"), {"type": "array", "items": _ref("Row"), "maxItems": most_rows}
    reasons = {"type": "integer", "minimum": 0, "maximum": len(contract.features)}
    return {
        "operationId": "predict",
        "summary": "Probability that customers leave, the decision at the operating point, and reasons.",
        "parameters": [
            {"name": "explain", "in": "query", "schema": reasons, "description": "How many reasons to give of each."}
        ],
        "requestBody": {"required": True, "content": {JSON: {"schema": {"oneOf": [row, many]}}}},
        "responses": {
            "200": _answer("In the order of the rows.", {"oneOf": [_ref("OnePrediction"), _ref("Predictions")]}),
        }
        | _problems(),
    }


def _inference_paths() -> Document:
    model = f"/v2/models/{NAME}"
    return {
        "/v2": _get("The server, as the Open Inference Protocol has it.", {"type": "object"}),
        model: _get("The model: its inputs are the columns of a row.", {"type": "object"}, fails=True),
        f"{model}/ready": _get("Whether a release answers.", {"type": "object"}, fails=True),
        f"{model}/infer": {
            "post": {
                "operationId": "infer",
                "summary": "The same by the Open Inference Protocol: a tensor a column, of shape [rows].",
                "requestBody": {"required": True, "content": {JSON: {"schema": _ref("Infer")}}},
                "responses": {"200": _answer("Tensors `probability` and `contact`.", {"type": "object"})} | _problems(),
            }
        },
    }


def _told_paths() -> Document:
    return {
        "/v2/health/live": _get("Whether the server runs.", {"type": "object"}),
        "/v2/health/ready": _get(
            "Whether a release answers, and what is wrong with a newer one.", {"type": "object"}, True
        ),
        "/release": _get("The manifest of the release that answers.", {"type": "object"}, fails=True),
        "/metrics": {"get": {"summary": "Counts for Prometheus.", "responses": {"200": _text("text/plain")}}},
        "/docs": {"get": {"summary": "This, to read.", "responses": {"200": _text("text/html")} | _no_release()}},
        "/openapi.json": _get("This document.", {"type": "object"}, fails=True),
    }


def _schemas(contract: Contract) -> Document:
    row = {key: value for key, value in json_schema(contract).items() if key != "$schema"}
    reason = {"feature": {"type": "string"}, "value": {}, "contribution": {"type": "number"}}
    own = {
        "id": {"type": ["string", "null"]},
        "probability": {"type": "number", "minimum": 0, "maximum": 1},
        "contact": {"type": ["boolean", "null"], "description": "null where the release has no operating point"},
        "reasons": {"type": "array", "items": _object(reason)},
    }
    wanted = ["id", "probability", "contact"]
    release = {"release": {"type": "string"}}
    return {
        "Row": row,
        "Prediction": _object(own, wanted),
        "OnePrediction": _object(own | release, [*wanted, "release"]),
        "Predictions": _object(release | {"predictions": {"type": "array", "items": _ref("Prediction")}}),
        "Problem": _object(
            {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "errors": {
                    "type": "array",
                    "items": _object({"pointer": {"type": "string"}, "detail": {"type": "string"}}),
                },
            },
            ["type", "title", "status", "detail"],
        ),
        "Infer": _infer(),
    }


def _infer() -> Document:
    size = {"type": "integer", "minimum": 0}
    tensor = {
        "name": {"type": "string"},
        "shape": {"type": "array", "items": size, "minItems": 1, "maxItems": 2},
        "datatype": {"type": "string"},
        "data": {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}},
    }
    return _object({"id": {"type": "string"}, "inputs": {"type": "array", "items": _object(tensor)}}, ["inputs"])


def _object(properties: Document, required: list[str] | None = None) -> Document:
    return {"type": "object", "properties": properties, "required": list(properties) if required is None else required}


def _get(summary: str, schema: Document, fails: bool = False) -> Document:
    responses = {"200": _answer("As it is now.", schema)} | (_no_release() if fails else {})
    return {"get": {"summary": summary, "responses": responses}}


def _ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(description: str, schema: Document) -> Document:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _text(kind: str) -> Document:
    return {"description": "Text.", "content": {kind: {"schema": {"type": "string"}}}}


def _problem(description: str) -> Document:
    return {"description": description, "content": {PROBLEM: {"schema": _ref("Problem")}}}


def _no_release() -> Document:
    return {"503": _problem("No release is here yet, or too many ask; `retry-after` says when to come again.")}


def _problems() -> Document:
    return {
        "400": _problem("No JSON, or a parameter that cannot be read."),
        "408": _problem("The request did not come whole in time."),
        "413": _problem("The body or the list is too long."),
        "415": _problem("The body is not application/json."),
        "422": _problem("Rows that do not keep the contract: each fault with the pointer to its field."),
    } | _no_release()
