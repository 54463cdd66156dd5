"""Drills share one sandbox."""

from raw_sandbox import rows, sandbox
from watched_shop import undrawn

__all__ = ["rows", "sandbox", "undrawn"]
