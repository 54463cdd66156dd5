"""The contract as JSON Schema (2020-12): one customer row, as the server takes it."""

from __future__ import annotations

from mainstay.rows.contract import Column, Contract

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES = {"integer": "integer", "number": "number", "category": "string", "boolean": "boolean", "date": "string"}


def json_schema(contract: Contract) -> dict[str, object]:
    """The schema of one row: its id, observation date, and features; nothing else may be in it.

    A column that tolerates missing values may be null or absent. Unseen categories are valid, so `values`
    are told as examples.
    """
    keys = {contract.id: {"type": "string", "minLength": 1}}
    if contract.observed_on:
        keys[contract.observed_on] = {"type": "string", "format": "date"}
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": keys | {c.name: _property(c) for c in contract.used},
        "required": _required(contract),
        "additionalProperties": False,
    }


def _required(contract: Contract) -> list[str]:
    """Features that tolerate no gap, and the observation date where a feature counts days from it."""
    counts_days = any(c.kind == "date" for c in contract.features)
    dates = [contract.observed_on] if counts_days else []
    return dates + [c.name for c in contract.features if c.missing == 0]


def _property(column: Column) -> dict[str, object]:
    type_ = TYPES[column.kind]
    found: dict[str, object] = {"type": [type_, "null"] if column.missing > 0 or not column.is_feature else type_}
    if column.kind == "date":
        found["format"] = "date"
    if column.kind in ("integer", "number"):
        found |= {"minimum": column.lower, "maximum": column.upper}
    if column.values:
        found["examples"] = list(column.values)
    if column.unit:
        found["description"] = f"in {column.unit}"
    return found
