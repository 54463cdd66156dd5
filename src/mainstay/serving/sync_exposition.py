"""What the syncer beside a server said last, for Prometheus: it has no address of its own to be asked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from mainstay.serving import status
from mainstay.serving.status import Status


def collect(directory: Path, now_s: float) -> Iterator[Metric]:
    """The age and the answer of the last poll; nothing where no syncer ever told, or its word cannot be read."""
    path = directory / status.FILE
    try:
        told = msgspec.json.decode(path.read_bytes(), type=Status)
        age_s = max(now_s - path.stat().st_mtime, 0)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return
    yield GaugeMetricFamily("mainstay_sync_age_seconds", "How long ago the syncer's last poll ended.", age_s)
    says = GaugeMetricFamily("mainstay_sync_says", "1 for what the syncer said last.", labels=["channel", "says"])
    says.add_metric([told.channel, told.says], 1)
    yield says
