"""What a cell stands for: a column of whichever type a file holds -> contract values, as Ibis expressions."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt

from mainstay.rows.contract import Column

TEXT = Column("", "category")
"""The kind of ids and labels: any text."""


@ibis.udf.scalar.builtin
def isfinite(number: float) -> bool:
    """Neither NaN nor infinite, in DuckDB.

    DuckDB 2.0 takes a Parquet file's minimum and maximum, which leave NaN out, as proof that `isnan` and
    `x > maximum` find nothing (duckdb#25521). This function it cannot see through.
    """


READABLE = {
    "integer": ("integer", "float", "string"),
    "number": ("integer", "float", "string"),
    "category": ("string", "integer", "float", "boolean", "date"),
    "boolean": ("boolean", "integer", "float", "string"),
    "date": ("date", "timestamp", "string"),
}
"""Families of types that can hold each kind."""


TRUE, FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")
"""How booleans are written; other pairs, such as Yes and No, are categories."""


@dataclass(frozen=True)
class Cell:
    """A column's cells: `raw` ones; those `absent`; `seen` with blanks as NULL; the `value` they stand for; and
    which are `unreadable`, or None where every cell can be read.

    An integer column's value may still be a float, so that 1.5 can be told from 2.
    """

    raw: ibis.Value
    absent: ibis.BooleanValue
    seen: ibis.Value
    value: ibis.Value
    unreadable: ibis.BooleanValue | None


def family(type_: dt.DataType) -> str:
    """The family a type belongs to, or its own name where no kind can be read from it."""
    if type_.is_decimal() or type_.is_floating():
        return "float"
    for name in ("string", "integer", "boolean", "date", "timestamp"):
        if getattr(type_, f"is_{name}")():
            return name
    return str(type_)


def cell(raw: ibis.Value, column: Column, blanks: tuple[str, ...]) -> Cell:
    """How the raw column is read as the contract's column. Its family must be readable as the kind."""
    blank = _blank(raw, blanks)
    seen = raw if blank is None else ibis.ifelse(blank, ibis.null(raw.type()), raw)
    absent = raw.isnull() if blank is None else raw.isnull() | blank
    value = _READ[column.kind](seen, family(raw.type()))
    never_fails = column.kind == "category" or family(raw.type()) not in _FALLIBLE[column.kind]
    return Cell(raw, absent, seen, value, None if never_fails else seen.notnull() & value.isnull())


def _blank(raw: ibis.Value, blanks: tuple[str, ...]) -> ibis.BooleanValue | None:
    """Which cells are blanks of the contract; None where the column's type can hold none."""
    if raw.type().is_string() and blanks:
        return raw.isin(blanks)
    if raw.type().is_floating() and any(b.lower() == "nan" for b in blanks):
        return ~isfinite(raw) & ~raw.isinf()
    return None


def _number(seen: ibis.Value, kin: str) -> ibis.Value:
    return seen.try_cast("float64") if kin == "string" else seen.cast("float64")


def _integer(seen: ibis.Value, kin: str) -> ibis.Value:
    return seen.cast("int64") if kin == "integer" and seen.type() != dt.uint64 else _number(seen, kin)


def as_text(seen: ibis.Value) -> ibis.StringValue:
    """The cell as people write it: whole numbers without a point."""
    return _text(seen, family(seen.type()))


def _text(seen: ibis.Value, kin: str) -> ibis.Value:
    """Whole numbers are written without a point, as in the contract's `values`."""
    if kin != "float":
        return seen if kin == "string" else seen.cast("string")
    number = seen.cast("float64")
    whole = (number % 1 == 0) & (number.abs() < 2**53)  # `floor` is an error on infinities
    return ibis.ifelse(whole, number.try_cast("int64").cast("string"), number.cast("string"))


def _boolean(seen: ibis.Value, kin: str) -> ibis.Value:
    if kin == "boolean":
        return seen
    true, false = (TRUE, FALSE) if kin == "string" else ((1,), (0,))
    return ibis.cases((seen.isin(true), True), (seen.isin(false), False), else_=ibis.null("boolean"))


def _date(seen: ibis.Value, kin: str) -> ibis.Value:
    return seen.try_cast("date") if kin == "string" else seen.cast("date")


_READ = {"integer": _integer, "number": _number, "category": _text, "boolean": _boolean, "date": _date}
_FALLIBLE = {
    "integer": ("string",),
    "number": ("string",),
    "boolean": ("string", "integer", "float"),
    "date": ("string",),
}
