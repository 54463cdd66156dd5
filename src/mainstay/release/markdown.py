"""Markdown as GitHub reads it, made of text that nobody vouches for: branch names, categories, commit messages.

Text is shown, never obeyed: no HTML, link, image, mention, reference, emoji, formula or table edge comes of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

LIMIT = 300
"""Characters of a text that are shown."""

EMPTY = "(empty)"
JOINER = "\u2060"
"""Invisible, and breaks no line; set where GitHub would see a mention, a reference or an address."""

_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"  # the last four are their full-width forms
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LIVE = re.compile(
    r"@(?=\S)"  # someone's name, or the middle of an e-mail address
    r"|\#(?=\d)|\bgh-(?=\d)"  # an issue
    r"|:(?=//)|\b(?:mailto|xmpp):|\bwww(?=\.)"  # an address
    r"|:(?=[\w+-]+:)",  # an emoji
    re.IGNORECASE,
)
_COMMIT = re.compile(r"\b[0-9a-f]{7,40}\b", re.IGNORECASE)
_MARKS = re.compile(r"[\\*_\[\]~#!]")
_ITEM = re.compile(r"^(\d+)([.)])")
"""What would start a numbered list."""
_ENTITIES = {c: f"&#{ord(c)};" for c in "&<>|`$"}


def shown(text: object, limit: int = LIMIT) -> str:
    """What a reader is to see: one line of at most `limit` characters.

    What cannot be seen is named by its code point; what a spreadsheet would take for a formula starts with a quote.
    """
    line = " ".join("".join(map(_seen, str(text)[: 4 * limit])).split())
    line = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    quoted = f"'{line}" if line[:1] in _FORMULA and line else line
    return _COMMIT.sub(_parted, _LIVE.sub(lambda live: live.group() + JOINER, quoted)) or EMPTY


def escaped(text: object, limit: int = LIMIT) -> str:
    """Markdown that renders as `shown(text)`, in a paragraph, an item of a list or the cell of a table."""
    marked = "".join(_ENTITIES.get(c) or _MARKS.sub(r"\\\g<0>", c) for c in shown(text, limit))
    return _ITEM.sub(r"\1\\\2", marked)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], align: str) -> str:
    """A table; its cells are Markdown already. `align` holds l or r for each column."""
    edge = ["---:" if side == "r" else ":---" for side in align]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, edge, *rows))


def folded(summary: str, body: str) -> str:
    """A part that a reader opens; `summary` is our own text, without marks."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def fenced(language: str, text: str) -> str:
    """A block of our own text."""
    return f"```{language}\n{text}\n```"


def _parted(commit: re.Match[str]) -> str:
    """In pieces too short to be taken for a commit."""
    text = commit.group()
    return JOINER.join(text[at : at + 6] for at in range(0, len(text), 6))


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in _UNSEEN:
        return f"(U+{ord(character):04X})"
    return character
