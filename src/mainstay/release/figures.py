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
    return _signed(value, _decimals(value)) if _is_number(value) else NONE


def difference(value: object, low: object = None, high: object = None) -> str:
    """A difference with its bounds, where they are known, all to two digits of the largest."""
    known = [v for v in (value, low, high) if _is_number(v)]
    if not _is_number(value):
        return NONE
    decimals = _decimals(max(map(abs, known)))
    written = [_signed(v, decimals) for v in known]
    return f"{written[0]} [{written[1]}, {written[2]}]" if len(known) == 3 else written[0]


def share(value: object) -> str:
    """Of a whole, in percent."""
    return f"{value:.2%}" if _is_number(value) else NONE


def _signed(value: float, decimals: int) -> str:
    if value == 0:
        return "0"
    return f"{value:+,}" if isinstance(value, int) else f"{value:+,.{decimals}f}"


def _decimals(value: float) -> int:
    return 4 if value == 0 else min(max(4, 1 - math.floor(math.log10(abs(value)))), 9)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
