"""`mainstay status` and `history`: what runs where, since when and why, as far as signatures hold."""

from __future__ import annotations

import datetime

from mainstay.release.channels import Event
from mainstay.release.registry import Registry
from mainstay.trust import tags
from mainstay.trust.tags import ACCEPTED, Assignment

FIRST = (tags.PRODUCTION, tags.STAGING)
"""Shown above the other channels."""


def status(registry: Registry) -> list[Event]:
    """What each channel serves. Two calls of git, unless a newest tag does not hold."""
    channels = {a.channel for a in tags.assignments(registry.names)} - {ACCEPTED}
    ordered = sorted(channels, key=lambda c: (FIRST.index(c) if c in FIRST else len(FIRST), c))
    registry.scratch.fetch(tags.newest(registry.names, channel).name for channel in ordered)
    return [event for channel in ordered if (event := registry.serves(channel))]


def history(registry: Registry, limit: int) -> list[Event]:
    """The last events of all channels, acceptance too, the newest first."""
    known = tags.assignments(registry.names)[-limit:] if limit else []
    return registry.events(reversed(known))


def lines(events: list[Event], empty: str = "nothing was released yet") -> list[str]:
    """A line an event: what, since when (UTC, by the tagger's clock), why, by whom."""
    if not events:
        return [empty]
    rows = [_row(e) for e in events]
    wide = [max(len(row[i]) for row in rows) for i in range(4)]
    return ["  ".join([*(cell.ljust(w) for cell, w in zip(row[:4], wide, strict=True)), row[4]]) for row in rows]


def as_dict(event: Event) -> dict[str, object]:
    """For programs: plain values."""
    promotion = event.promotion
    return {
        "channel": promotion.channel,
        "counter": promotion.counter,
        "release": promotion.release,
        "kind": promotion.kind,
        "since": utc(event.epoch_s),
        "why": promotion.why,
        "by": promotion.by,
        "signer": event.signer,
        "tag": Assignment(promotion.channel, promotion.counter).name,
    }


def _row(event: Event) -> list[str]:
    promotion = event.promotion
    why = f"{promotion.kind} by {promotion.by}: {promotion.why}"
    return [promotion.channel, promotion.release, f"#{promotion.counter}", utc(event.epoch_s), why]


def utc(epoch_s: int) -> str:
    """A tagger's date, as ISO 8601."""
    return datetime.datetime.fromtimestamp(epoch_s, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
