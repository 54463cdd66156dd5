"""Which side of an undated split a customer stands on: it follows from a keyed hash of the id alone.

So nobody ever moves across: not when rows are added, reordered or gone, not on another engine, and anyone can
tell from an id whether a model may have been trained on it.
"""

from __future__ import annotations

import hashlib

import ibis

DIGITS = 13
"""Hexadecimal digits of the hash that are looked at: 52 bits, as fine as a float's share."""


def in_test(id: str, salt: str, share: float) -> bool:
    """Whether the customer is on the test side, in plain Python."""
    digest = hashlib.sha256(f"{salt}:{id}".encode()).hexdigest()
    return digest[:DIGITS] < _bound(share)


def in_test_expression(id: ibis.expr.types.StringValue, salt: str, share: float) -> ibis.expr.types.BooleanValue:
    """The same as `in_test`, for a column of ids."""
    digest = (ibis.literal(f"{salt}:") + id).hexdigest("sha256")
    return digest.substr(0, DIGITS) < _bound(share)


def _bound(share: float) -> str:
    """The first hash that is no longer on the test side. Hashes of one length compare as texts as numbers do."""
    if not 0 < share < 1:
        raise ValueError(f"share: saw {share}, wanted between 0 and 1")
    return f"{int(share * 16**DIGITS):0{DIGITS}x}"
