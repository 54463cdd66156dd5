"""Numbers that stand for values where only their being alike matters, in DuckDB."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt


@ibis.udf.scalar.builtin(name="hash", signature=((dt.string, dt.date), dt.uint64))
def fingerprint(id_, day):
    """A hash of a customer's id and of a day; Ibis's own `hash` goes by way of a string of bits, which takes longer."""


@ibis.udf.scalar.builtin(name="hash", signature=((dt.int64,), dt.uint64))
def scattered(place):
    """A hash of a row's place, so that some rows can be chosen from everywhere."""
