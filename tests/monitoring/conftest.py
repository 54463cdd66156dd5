"""What tests of the watch share."""

from watched_shop import undrawn

__all__ = ["undrawn"]
