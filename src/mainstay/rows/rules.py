"""The contract as Ibis expressions: the shape of a valid table, and its encoding; on whichever engine holds it."""

from __future__ import annotations

import math

import ibis

from mainstay.rows.contract import OUTCOME, UNSEEN, Column, Contract

TYPES = {"integer": "int64", "number": "float64", "category": "string", "boolean": "boolean", "date": "date"}
"""What each kind is called in a table."""

MISSING = ibis.literal(math.nan, "float32")
"""A missing value in the matrix."""


def schema(contract: Contract) -> ibis.Schema:
    """Names and types of a valid table: the keys, every used column, who was treated, and the outcome."""
    types = {contract.id: "string"}
    if contract.observed_on:
        types[contract.observed_on] = "date"
    types |= {c.name: TYPES[c.kind] for c in contract.used}
    if contract.treated:
        types[contract.treated.column] = "boolean"
    return ibis.schema(types | {OUTCOME: "int8"})


def encode(table: ibis.Table, contract: Contract, beside: tuple[str, ...] = ()) -> ibis.Table:
    """One float32 column a feature, in the order of the vector; equal to `Contract.encode` row by row.

    Columns named in `beside` come after them as they are.
    """
    counts_days = any(c.kind == "date" for c in contract.features)
    observed_on = table[contract.observed_on] if counts_days else None
    return table.select(
        **{c.name: code(table[c.name], c, observed_on, MISSING) for c in contract.features}, **_own(table, beside)
    )


def code(value: ibis.Value, column: Column, observed_on: ibis.Value | None, missing: ibis.Value) -> ibis.Value:
    """One feature as float32; `missing` stands for a value that is not there."""
    if column.kind == "category":
        codes = [(value == v, ibis.literal(float(i), "float32")) for i, v in enumerate(column.values)]
        return ibis.cases((value.isnull(), missing), *codes, else_=ibis.literal(UNSEEN, "float32"))
    if column.kind == "boolean":
        value = value.cast("int8")
    if column.kind == "date":
        value = observed_on.delta(value, unit="day")
    return ibis.coalesce(value.cast("float32"), missing)


def sql(expression: ibis.Expr) -> str:
    """The expression as DuckDB's SQL."""
    return ibis.to_sql(expression, dialect="duckdb", pretty=False)


def _own(table: ibis.Table, names: tuple[str, ...]) -> dict[str, ibis.Value]:
    return {name: table[name] for name in names}
