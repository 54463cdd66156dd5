"""Text that others wrote, made safe to open in a spreadsheet and to print on a terminal."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mainstay.rows.replacing import replacing

FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


def escaped(text: str) -> str:
    """The text with control and invisible characters written out, and no beginning that runs as a formula."""
    plain = "".join(_visible(text))
    return f"'{plain}" if plain.startswith(FORMULA) and not _is_number(plain) else plain


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], to: Path) -> None:
    """Rows as CSV, their texts escaped, in order."""
    with replacing(to) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([escaped(v) if isinstance(v, str) else v for v in row] for row in rows)


def _visible(text: str) -> Iterator[str]:
    for character in text:
        hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        yield character.encode("unicode_escape").decode() if hidden else character


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
