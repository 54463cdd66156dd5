"""Drills share one sandbox."""

from raw_sandbox import rows, sandbox

__all__ = ["rows", "sandbox"]
