"""Which values of the outcome column mean that a customer left; pure."""

from __future__ import annotations

from collections.abc import Mapping

from mainstay.refusal import Refusal

POSITIVES = ("1", "1.0", "yes", "y", "true", "t", "churned", "left", "exited")
"""What needs no asking, where the column holds two values and one of them is among these."""


def labels(seen: Mapping[str, int], column: str, positive: str | None) -> tuple[str, str | None]:
    """The positive and, where there are two values, the negative one; `seen` counts the rows of each value.

    Raises Refusal where they cannot be told, or where all rows have the same outcome.
    """
    shown = ", ".join(f"{value!r} ({rows} rows)" for value, rows in sorted(seen.items())[:10]) or "no value at all"
    if positive is None:
        likely = [value for value in seen if value.strip().lower() in POSITIVES]
        if len(seen) != 2 or len(likely) != 1:
            raise Refusal(f"column {column!r} holds {shown}; say with --positive which of them means having left")
        (positive,) = likely
    if positive not in seen:
        raise Refusal(f"column {column!r} holds {shown}, but no {positive!r}; mend --positive")
    others = [value for value in seen if value != positive]
    if not others:
        raise Refusal(f"column {column!r} holds {shown} alone; wanted customers who left and customers who stayed")
    return positive, others[0] if len(others) == 1 else None
