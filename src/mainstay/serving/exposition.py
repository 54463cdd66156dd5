"""What the server counts, and how Prometheus reads it. Counting is a few additions; the text is made when asked for."""

from __future__ import annotations

import datetime
import time
from collections import Counter
from collections.abc import Iterator, Sequence, Sized
from itertools import accumulate
from typing import Protocol

import numpy as np
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from mainstay.serving import sync_exposition
from mainstay.serving.current import Current

KIND = b"text/plain; version=0.0.4; charset=utf-8"

LATENCY_S = (0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0)
SCORES = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


WAITING = 1024
"""Values that a histogram holds before it sorts them."""


class Histogram:
    """Counts by bucket; the last bucket has no upper bound. Values are sorted into buckets some at a time."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self._counts, self._sum = np.zeros(len(bounds) + 1, np.int64), 0.0
        self._waiting: list[float] = []

    def add(self, values: Sequence[float]) -> None:
        """Counts some values."""
        self._waiting += values
        if len(self._waiting) > WAITING:
            self._settle()

    @property
    def counts(self) -> list[int]:
        """Of each bucket."""
        self._settle()
        return self._counts.tolist()

    @property
    def sum(self) -> float:
        """Of all values."""
        self._settle()
        return self._sum

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """Cumulative, as Prometheus wants them."""
        return [*zip((*map(str, self.bounds), "+Inf"), accumulate(self.counts), strict=True)]

    def _settle(self) -> None:
        values, self._waiting = self._waiting, []
        self._counts += np.bincount(np.searchsorted(self.bounds, values), minlength=self._counts.size)
        self._sum += sum(values)


class Counts:
    """All that is counted. `scores` are by release, of the two last ones."""

    def __init__(self) -> None:
        self.answers: Counter[int] = Counter()
        self.latency = Histogram(LATENCY_S)
        self.scores: dict[str, Histogram] = {}
        self.shed = 0
        self.newest_row: datetime.date | None = None

    def predicted(self, release: str, scores: list[float]) -> None:
        histogram = self.scores.get(release) or self._begin(release)
        histogram.add(scores)

    def saw(self, days: Sequence[datetime.date | None]) -> None:
        """Notes the observation dates of rows."""
        newest = self.newest_row
        for day in set(days):
            if day is not None and (newest is None or day > newest):
                self.newest_row = newest = day

    def _begin(self, release: str) -> Histogram:
        if len(self.scores) >= 2:
            del self.scores[next(iter(self.scores))]
        return self.scores.setdefault(release, Histogram(SCORES))


class Recorded(Protocol):
    """What the prediction log and the counts have come to."""

    counts: Counts

    @property
    def dropped(self) -> int: ...

    @property
    def fault(self) -> str | None: ...


class Collector:
    """Reads the counts and the state of the release that answers, in Prometheus' own terms."""

    def __init__(self, recorded: Recorded, current: Current, connections: Sized) -> None:
        self.recorded, self.counts, self.current, self.connections = recorded, recorded.counts, current, connections

    def collect(self) -> Iterator[Metric]:
        yield from self._requests()
        yield from self._predictions()
        yield from self._release()
        yield from sync_exposition.collect(self.current.directory, time.time())

    def _requests(self) -> Iterator[Metric]:
        requests = CounterMetricFamily("mainstay_requests", "Requests answered, by status.", labels=["code"])
        for code, count in sorted(self.counts.answers.items()):
            requests.add_metric([str(code)], count)
        yield requests
        latency = HistogramMetricFamily(
            "mainstay_request_seconds",
            "From the last byte of a request to its answer.",
        )
        latency.add_metric([], self.counts.latency.buckets, self.counts.latency.sum)
        yield latency
        yield CounterMetricFamily("mainstay_shed", "Requests answered by 503, for too many came.", self.counts.shed)
        yield GaugeMetricFamily("mainstay_connections", "Connections that are open.", len(self.connections))

    def _predictions(self) -> Iterator[Metric]:
        scores = HistogramMetricFamily("mainstay_score", "Scores given.", labels=["release"])
        for release, histogram in self.counts.scores.items():
            scores.add_metric([release], histogram.buckets, histogram.sum)
        yield scores
        yield CounterMetricFamily(
            "mainstay_log_dropped",
            "Predictions that the log could not take: the disk is full, or worse.",
            self.recorded.dropped,
        )
        fault = GaugeMetricFamily("mainstay_log_fault", "1 while the log takes nothing, and why.", labels=["why"])
        if self.recorded.fault:
            fault.add_metric([self.recorded.fault], 1)
        yield fault
        newest = self.counts.newest_row
        if newest is not None:
            yield GaugeMetricFamily(
                "mainstay_data_age_seconds", "Age of the newest row that was asked about.", _age_s(newest)
            )

    def _release(self) -> Iterator[Metric]:
        current, loaded = self.current, self.current.loaded
        yield GaugeMetricFamily("mainstay_ready", "1 where a release answers.", int(loaded is not None))
        yield CounterMetricFamily("mainstay_swaps", "Releases taken, the first one too.", current.swaps)
        yield CounterMetricFamily("mainstay_slot_refusals", "Slots that did not hold.", current.refusals)
        fault = GaugeMetricFamily(
            "mainstay_slot_fault", "1 where what answers is not what the channel names, and why.", labels=["why"]
        )
        if current.fault:
            fault.add_metric([current.fault], 1)
        yield fault
        if loaded is None:
            return
        about = GaugeMetricFamily(
            "mainstay_release_info", "The release that answers.", labels=["release", "counter", "sha256"]
        )
        about.add_metric([loaded.release, str(loaded.slot.counter), loaded.model.digest], 1)
        yield about
        yield GaugeMetricFamily(
            "mainstay_slot_age_seconds", "How long the release is on this disk.", max(time.time() - loaded.synced_at, 0)
        )
        if loaded.newest_row is not None:
            yield GaugeMetricFamily(
                "mainstay_model_age_seconds",
                "Age of the newest row that the model was made from.",
                _age_s(loaded.newest_row),
            )


def text(collector: Collector) -> bytes:
    """The whole exposition."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    return generate_latest(registry)


def _age_s(day: datetime.date) -> float:
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return max(time.time() - midnight.timestamp(), 0)
