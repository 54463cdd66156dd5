"""How figures are written: few digits, never a bare NaN."""

from __future__ import annotations

import math

NONE = "\u2013"
"""A dash, where there is no figure."""


def number(value: object) -> str:
    """A measure to four decimals and two digits at least, a count with its thousands apart; else a dash."""
    if not _is_number(value):
        return NONE
    if isinstance(value, int):
        return f"{value:,}"
    if abs(value) >= 100:
        return f"{value:,.1f}"
    return f"{value:.{_decimals(value)}f}"


def signed(value: object) -> str:
    """A difference."""
    if not _is_number(value):
        return NONE
    return "0" if value == 0 else ("+" if value > 0 else "-") + number(abs(value))


def bounds(low: object, high: object) -> str:
    """An interval; empty where an end is not known."""
    return f"[{signed(low)}, {signed(high)}]" if _is_number(low) and _is_number(high) else ""


def share(value: object) -> str:
    """Of a whole, in percent."""
    return f"{value:.2%}" if _is_number(value) else NONE


def _decimals(value: float) -> int:
    return 4 if value == 0 else min(max(4, 1 - math.floor(math.log10(abs(value)))), 9)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
