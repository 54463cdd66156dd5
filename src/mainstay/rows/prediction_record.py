"""One logged prediction: what was asked, what was answered, by which release and when. A line of JSON each.

    {"r":"v1.4.0","t":1767225600.25,"c":"9f86d081884c7d65...","o":"2026-01-01","s":0.0625,"v":{"tenure_months":3,...}}

Imports nothing heavy: the server lives on it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated

import msgspec

Value = str | int | float | bool | None


class Record(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"release": "r", "scored_at_s": "t", "customer": "c", "observed_on": "o", "score": "s", "values": "v"},
):
    """`scored_at_s` is Unix time; `customer` a pseudonym; `values` are contract values, dates as ISO 8601 text.

    `observed_on` is the row's, or the day of scoring (UTC) where the row named none; None where rows are undated.
    """

    release: str
    scored_at_s: float
    customer: str
    observed_on: datetime.date | None
    score: Annotated[float, msgspec.Meta(ge=0, le=1)]
    values: dict[str, Value]


_encode = msgspec.json.Encoder().encode_lines
_decode = msgspec.json.Decoder(Record).decode


def encode(records: Sequence[Record]) -> bytes:
    """The lines of predictions, each with its newline.

    `values` may be structs: their fields are the columns, except those that are UNSET.
    """
    return _encode(records)


def decode(line: bytes) -> Record | None:
    """The prediction in a line; None where it is torn, or was not written by `encode`."""
    try:
        return _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
