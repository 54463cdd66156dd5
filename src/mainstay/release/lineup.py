"""`mainstay lineup`: what a channel runs and would go back to, models and all, into a folder. Needs no clone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from mainstay.refusal import Refusal
from mainstay.release import files
from mainstay.release.access import opened_at
from mainstay.release.channels import Event, last_of
from mainstay.release.promoting import previous
from mainstay.release.registry import Registry
from mainstay.release.status import utc
from mainstay.rows.table import replacing
from mainstay.trust.lineup import FILE, MANIFEST, MODEL, Lineup, Served, encode
from mainstay.trust.manifest import Manifest

TRAINING_ROWS = "train.parquet"
"""What the current release learned from, in the folder itself."""


def run(folder: Path, channel: str, to: Path, remote: str | None, training_rows: bool = False, **where: object) -> str:
    """What is in the folder then, in a line. Raises Refusal where the channel serves nothing or bytes are nowhere."""
    with opened_at(folder, **where) as registry:
        lineup, manifests = found(registry, channel)
        for manifest in manifests:
            _write(
                to / manifest.release / MODEL, files.model(registry, manifest, to / manifest.release / MODEL, remote)
            )
            _write(to / manifest.release / MANIFEST, msgspec.json.encode(manifest, order="sorted") + b"\n")
        if training_rows:
            _write(to / TRAINING_ROWS, files.training_rows(registry, manifests[0], remote))
    _write(to / FILE, encode(lineup))
    return f"{to}: {channel} serves {lineup.current}, would go back to {lineup.previous or 'nothing'}"


def found(registry: Registry, channel: str) -> tuple[Lineup, list[Manifest]]:
    """The channel's lineup, and the manifests of its releases, all verified. Raises Refusal where it serves nothing."""
    served = registry.channel(channel)
    if not served:
        raise Refusal(f"{channel}: serves nothing yet; run `mainstay promote`")
    lineup = of(served, previous(registry, channel))
    events = [last_of(served, release) for release in lineup.releases]
    return lineup, [registry.promoted(event).release.manifest for event in events]


def of(served: Sequence[Event], previous: str | None) -> Lineup:
    """The lineup of one channel's events, the oldest first. Pure."""
    current = served[-1].promotion
    return Lineup(
        channel=current.channel, current=current.release, previous=previous, history=[_served(e) for e in served]
    )


def _served(event: Event) -> Served:
    told = event.promotion
    return Served(
        counter=told.counter, release=told.release, kind=told.kind, why=told.why, by=told.by, at=utc(event.epoch_s)
    )


def _write(path: Path, data: bytes) -> None:
    with replacing(path) as fresh:
        fresh.write_bytes(data)
