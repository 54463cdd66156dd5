"""The sandbox of the stage validate."""

from raw_sandbox import rows, sandbox

__all__ = ["rows", "sandbox"]
