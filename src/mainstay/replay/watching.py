"""The watch, asked in process: what it would decide of a policy's production as a month begins."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mainstay.model.file import Model
from mainstay.monitoring.book import Book
from mainstay.monitoring.decide import Decision
from mainstay.monitoring.inputs import inputs
from mainstay.monitoring.joined import Joined, joined
from mainstay.monitoring.promise import auc_floor
from mainstay.monitoring.skew import skew
from mainstay.monitoring.watching import Case, watched
from mainstay.monitoring.window import Floors
from mainstay.params import Drift, Validate, Watch
from mainstay.replay.history import History, RawFile, known, lay
from mainstay.replay.production import Production
from mainstay.rows import layout
from mainstay.rows.keyed_file import read_outcomes, read_treated
from mainstay.rows.pseudonym import KEY_BYTES, pseudonyms

if TYPE_CHECKING:
    import pandas


KEY = bytes(range(KEY_BYTES))
"""Hides ids in every replay: there is nobody to hide them from, and the order of pseudonyms decides which customers
the watch matches.
"""

hidden = pseudonyms(KEY)
"""Function from ids to the customers' pseudonyms in a replay's log."""


@dataclass(frozen=True)
class Past:
    """What a policy's log tells: which release served which month, the oldest first; and what the watch remembers."""

    months: tuple[tuple[int, str], ...] = ()
    book: Book = field(default_factory=Book)

    def served(self, month: int, release: str | None) -> Past:
        """With a month more."""
        return replace(self, months=(*self.months, (month, release))) if release else self


@dataclass(frozen=True)
class Released:
    """A release as the watch knows it: its model, its manifest's metrics, and the rows that it learned from."""

    model: Model
    metrics: Mapping[str, float | None]
    reference: Callable[[], pandas.DataFrame]


@dataclass(frozen=True)
class Watcher:
    """What is watched with; `score` is (release, month) -> its scores, `scratch` a folder of the watch's own."""

    history: History
    watch: Watch
    drift: Drift
    caps: Validate
    of: Callable[[str], Released]
    score: Callable[[str, int], np.ndarray]
    scratch: Path

    def look(self, past: Past, production: Production, month: int) -> tuple[Decision | None, Past]:
        """What is decided before the month begins, and what is remembered then; None where nothing was scored."""
        served = [m for m in since_promotion(past.months) if len(self.history.month(m).rows)]
        if not served:
            return None, past
        found = watched(past.book, self._case(served, production, self.history.month(month).starts_on), self.watch)
        return found.decision, replace(past, book=found.book)

    def _case(self, served: Sequence[int], production: Production, today: datetime.date) -> Case:
        current, previous = production.current, production.previous
        release, before = self.of(current), self.of(previous) if previous else None
        logged = self._logged(served, current)
        seen = self._joined(logged, served, today)
        model, contract = release.model, self.history.contract
        given = inputs(seen.frame, release.reference(), skew(logged, model), contract, self.drift, model.score)
        return Case(
            counter=len(production.served),
            release=current,
            before=previous,
            floors=Floors(self._floor(release), self._floor(before)),
            joined=seen,
            current=release.model.score(seen.frame).astype(np.float64),
            previous=before.model.score(seen.frame).astype(np.float64) if before else None,
            contract=self.history.contract,
            as_of=today,
            meter=given.meter,
            drift=given.drift,
            named=given.named,
            given="waiting" if given.waits else "compared",
            hours_since_rollback=_hours(production.rolled_back_on, today),
        )

    def _logged(self, served: Sequence[int], release: str) -> pandas.DataFrame:
        """As the prediction log has it."""
        import pandas

        parts = []
        for month in (self.history.month(number) for number in served):
            keys = {"release": release, "scored_at": pandas.Timestamp(month.starts_on, tz="UTC")}
            keys |= {
                "customer": hidden(month.rows[self.history.contract.id]),
                "score": self.score(release, month.number),
            }
            parts.append(month.rows.assign(**keys))
        names = {self.history.contract.observed_on: "observed_on"}
        return pandas.concat(parts, ignore_index=True).rename(columns=names)

    def _joined(self, logged: pandas.DataFrame, served: Sequence[int], today: datetime.date) -> Joined:
        """With the outcomes as they had come by today, lies and all."""
        terms, since = self.history.contract, self.history.month(served[0]).starts_on
        lay([file for file in known(self.history.files, today) if _wanted(file, since, today)], self.scratch)
        outcomes = read_outcomes(self.scratch / (terms.outcome.table or layout.CUSTOMERS), terms, self.caps)
        treated = read_treated(self.scratch / layout.CUSTOMERS, terms, self.caps) if terms.treated else None
        return joined(logged, outcomes, treated, terms, hidden)

    def _floor(self, release: Released | None) -> float | None:
        return auc_floor(release.metrics, self.watch.auc_tolerance) if release else None


def _wanted(file: RawFile, since: datetime.date, today: datetime.date) -> bool:
    """Of customers only the days that were scored; all outcomes, as `mainstay watch` reads them."""
    return file.place.parts[0] != layout.CUSTOMERS or since <= file.day < today


def since_promotion(months: Sequence[tuple[int, str]]) -> list[int]:
    """The months at the end that one release served without a break."""
    if not months:
        return []
    current = months[-1][1]
    count = next((n for n, (_, release) in enumerate(reversed(months)) if release != current), len(months))
    return [month for month, _ in months[len(months) - count :]]


def _hours(rolled_back_on: datetime.date | None, today: datetime.date) -> float | None:
    """To the end of the day that is known."""
    return None if rolled_back_on is None else ((today - rolled_back_on).days + 1) * 24.0
