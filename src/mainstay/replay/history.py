"""A past, month by month: which raw files had come by a day, who was scored, and what became of them."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mainstay.rows.contract import Contract

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class RawFile:
    """A raw file as the source delivered it: its place below raw/, where it waits, the day that its rows describe,
    and since when it was known.
    """

    place: Path
    source: Path
    day: datetime.date
    known_on: datetime.date


@dataclass(frozen=True)
class Month:
    """One month of the past.

    rows: who was to be scored, contract values, in the order of the files; none where `unreadable` says why.
    outcome: float64 [rows], 0 or 1, as it turned out. chance: float64 [rows], the true probability without an offer,
    or None where nobody knows it.
    """

    number: int
    starts_on: datetime.date
    rows: pandas.DataFrame
    outcome: np.ndarray
    chance: np.ndarray | None = None
    unreadable: str | None = None

    @property
    def label(self) -> str:
        return f"{self.starts_on:%Y-%m}"


@dataclass(frozen=True)
class Happening:
    """Something that was made to happen from a month on, for the timeline."""

    month: int
    what: str


@dataclass(frozen=True)
class History:
    """Raw files and months, the oldest first; `simulated` where the true probabilities are known."""

    contract: Contract
    files: tuple[RawFile, ...]
    months: tuple[Month, ...]
    happenings: tuple[Happening, ...] = ()

    @property
    def simulated(self) -> bool:
        return any(month.chance is not None for month in self.months)

    def month(self, number: int) -> Month:
        return self.months[number - 1]


def known(files: Sequence[RawFile], day: datetime.date) -> list[RawFile]:
    """The files that had come by the day; nothing later may be learned from."""
    return [file for file in files if file.known_on <= day]


def lay(files: Sequence[RawFile], raw: Path) -> None:
    """The files at their places below `raw`, which is theirs alone. They are linked, not copied."""
    shutil.rmtree(raw, ignore_errors=True)
    for file in files:
        (raw / file.place).parent.mkdir(parents=True, exist_ok=True)
        os.link(file.source, raw / file.place)
