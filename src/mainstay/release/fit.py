"""A report as long as a comment may be: what matters least goes first, and the report says that it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LIMIT = 60_000
"""Characters; GitHub refuses a comment of more than 65,536, and whoever posts it adds a mark of theirs."""


@dataclass(frozen=True)
class Part:
    """A part of the report under a name of ours."""

    name: str
    text: str


def fit(parts: Sequence[Part], limit: int = LIMIT) -> str:
    """The parts in order, less those at the end that do not fit; the first is cut rather than dropped."""
    kept = list(parts)
    while len(kept) > 1 and len(_joined(kept, parts)) > limit:
        kept.pop()
    text = _joined(kept, parts)
    return text if len(text) <= limit else _cut(text, limit)


def _joined(kept: Sequence[Part], parts: Sequence[Part]) -> str:
    dropped = [part.name for part in parts[len(kept) :]]
    return "\n\n".join([*(part.text for part in kept), *_said(dropped)]) + "\n"


def _said(dropped: Sequence[str]) -> list[str]:
    return [f"⚠️ Left out, since a comment may be no longer: {', '.join(dropped)}. See report.html."] if dropped else []


def _cut(text: str, limit: int) -> str:
    note = "\n\n⚠️ Cut here, since a comment may be no longer. See report.html.\n"
    return text[: limit - len(note)].rsplit("\n", 1)[0] + note
