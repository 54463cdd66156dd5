"""What the watch keeps from run to run, in one file: evidence, the windows judged so far, and what was decided."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from mainstay.monitoring.memory import Memory
from mainstay.monitoring.realised import Realised
from mainstay.refusal import Refusal
from mainstay.rows.table import replacing


class Offness(msgspec.Struct, frozen=True):
    """What scores promised of a window before its outcomes, and what came: `z` in standard deviations."""

    measure: str
    expected: float | None
    seen: float | None
    z: float | None


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A closed window under one promotion (`counter`). The e-values are logs, as they stood after it.

    `bet` is whether it was bet on; `doubt` says why its outcomes are not believed.
    """

    name: str
    counter: int
    release: str
    first: datetime.date
    last: datetime.date
    coverage: float
    current: Realised
    previous: Realised | None
    estimated: tuple[Offness, ...]
    bet: bool
    doubt: str
    previous_better: float
    current_worse: float
    previous_worse: float


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, and the day up to which it knew."""

    as_of: datetime.date
    release: str
    action: str
    condition: str
    status: str
    why: str
    to: str | None


class Book(msgspec.Struct, frozen=True):
    """Windows and decisions are in order, of all promotions that were ever watched."""

    memory: Memory | None = None
    windows: tuple[Judged, ...] = ()
    told: tuple[Told, ...] = ()


def read(path: Path) -> Book:
    """The book; an empty one where there is none yet. Raises Refusal where it cannot be read: evidence is not lost."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Book()
    except OSError as error:
        raise Refusal(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return msgspec.json.decode(data, type=Book)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(f"{path}: {error}; bring an older copy back, or move it away to begin anew") from error


def write(book: Book, path: Path) -> None:
    """The book at `path`, whole or not at all."""
    with replacing(path) as fresh:
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(book, order="deterministic"), indent=1) + b"\n")


def with_told(book: Book, told: Told) -> Book:
    """The book with a decision; it stands in for one of the same day and release."""
    others = [t for t in book.told if (t.as_of, t.release) != (told.as_of, told.release)]
    return Book(book.memory, book.windows, tuple(sorted((*others, told), key=lambda t: (t.as_of, t.release))))
