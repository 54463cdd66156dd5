"""What is remembered of each prediction before it is answered: counts, and a line in the prediction log."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat

from mainstay.rows.prediction_record import Record, encode
from mainstay.rows.pseudonym import pseudonyms
from mainstay.serving.exposition import Counts
from mainstay.serving.loading import Loaded
from mainstay.serving.prediction_log import PredictionLog
from mainstay.serving.sound_row import Apart


@dataclass(frozen=True)
class Recording:
    """`log` is None where none is kept; `key` hides the ids in it; `lines` wait for `keep`."""

    counts: Counts
    log: PredictionLog | None = None
    key: bytes = b""
    lines: list[bytes] = field(default_factory=list)

    @cached_property
    def hidden(self) -> Callable[[Iterable[str | None]], list[str]]:
        """Function from ids to their pseudonyms."""
        return pseudonyms(self.key)

    def __call__(self, loaded: Loaded, asked: Apart, scores: list[float]) -> None:
        self.counts.predicted(loaded.release, scores)
        self.counts.saw(asked.days)
        if self.log is not None and scores:
            self.lines.append(encode(self._records(loaded, asked, scores)))

    def keep(self) -> None:
        """Writes down what is not yet; to be called before its answers are sent."""
        if self.lines and self.log is not None:
            self.log.append(b"".join(self.lines))
            self.lines.clear()

    @property
    def dropped(self) -> int:
        return self.log.dropped if self.log else 0

    @property
    def fault(self) -> str | None:
        return self.log.fault if self.log else None

    def _records(self, loaded: Loaded, asked: Apart, scores: list[float]) -> list[Record]:
        """A row without an id is remembered as nobody's; one without a date as of today."""
        now_s, days = time.time(), asked.days
        if None in days and loaded.model.contract.observed_on:
            today = datetime.datetime.fromtimestamp(now_s, datetime.UTC).date()
            days = [day or today for day in days]
        hidden = self.hidden(asked.customers)
        return [*map(Record, repeat(loaded.release), repeat(now_s), hidden, days, scores, asked.rows)]
