"""The watch, asked in process about what a policy had in production."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mainstay.replay.production import Production

if TYPE_CHECKING:
    from mainstay.replay.fast import Workshop


@dataclass(frozen=True)
class Decision:
    """What to do, where a rollback goes, and why."""

    action: str
    to: str | None
    why: str


@dataclass(frozen=True)
class Past:
    """Which release served which month, the oldest first."""

    months: tuple[tuple[int, str], ...] = ()

    def served(self, month: int, production: Production) -> Past:
        return Past((*self.months, (month, production.current))) if production.current else self


def watched(shop: Workshop, past: Past, production: Production, month: int) -> Decision:
    """What the watch decides as the month begins."""
    return Decision("nothing", None, "")
