"""What is remembered of each prediction before it is answered: counts, and a line in the prediction log."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass, field

from mainstay.rows import prediction_record
from mainstay.rows.contract import Contract
from mainstay.rows.pseudonym import pseudonym
from mainstay.serving.exposition import Counts
from mainstay.serving.loading import Loaded
from mainstay.serving.prediction_log import PredictionLog
from mainstay.serving.rows_in import Row


@dataclass(frozen=True)
class Recording:
    """`log` is None where none is kept; `key` hides the ids in it; `lines` wait for `keep`."""

    counts: Counts
    log: PredictionLog | None = None
    key: bytes = b""
    lines: list[bytes] = field(default_factory=list)

    def __call__(self, loaded: Loaded, rows: list[Row], scores: list[float]) -> None:
        counts, contract, now_s = self.counts, loaded.model.contract, time.time()
        counts.predicted(loaded.release, scores)
        for row, score in zip(rows, scores, strict=True):
            day = row.get(contract.observed_on)
            if day is not None and (counts.newest_row is None or day > counts.newest_row):
                counts.newest_row = day
            if self.log is not None:
                self.lines.append(self._line(contract, loaded.release, row, score, now_s))

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

    def _line(self, contract: Contract, release: str, row: Row, score: float, now_s: float) -> bytes:
        """A row without an id is remembered as nobody's; one without a date as of today."""
        values = row.copy()
        customer = values.pop(contract.id, None)
        hidden = "" if customer is None else pseudonym(customer, self.key)
        day = values.pop(contract.observed_on, None) if contract.observed_on else None
        if day is None and contract.observed_on:
            day = datetime.datetime.fromtimestamp(now_s, datetime.UTC).date()
        return prediction_record.encode(release, now_s, hidden, day, score, values)
