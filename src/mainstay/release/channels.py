"""What a channel serves and served, by its counter. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from mainstay.trust.manifest import Promotion
from mainstay.trust.tags import Assignment


@dataclass(frozen=True)
class Event:
    """A promotion whose tag holds: its tag's object id, who signed it and when by the tagger's clock."""

    promotion: Promotion
    tag: str
    signer: str
    epoch_s: int

    @property
    def name(self) -> str:
        return Assignment(self.promotion.channel, self.promotion.counter).name


def of_channel(events: Iterable[Event], channel: str) -> list[Event]:
    """The channel's events, the oldest first."""
    return sorted((e for e in events if e.promotion.channel == channel), key=lambda e: e.promotion.counter)


def serving(events: Iterable[Event], channel: str) -> Event | None:
    """The event by which the channel serves; None where it never served anything."""
    return next(reversed(of_channel(events, channel)), None)


def gone_back_from(served: Sequence[Event]) -> set[str]:
    """Releases that were left by a rollback and not promoted again. `served` is one channel, the oldest first."""
    left: set[str] = set()
    for before, after in zip([None, *served], served, strict=False):
        if after.promotion.kind == "rollback" and before is not None:
            left.add(before.promotion.release)
        left.discard(after.promotion.release)
    return left


def previous(served: Sequence[Event], accepted: Collection[str] | None) -> str | None:
    """The release to go back to: the last one before the present that was not gone back from, and was accepted.

    `accepted` is None where the channel asks for no acceptance. None where there is no such release.
    """
    if not served:
        return None
    current, bad = served[-1].promotion.release, gone_back_from(served)
    for event in reversed(served):
        release = event.promotion.release
        if release != current and release not in bad and (accepted is None or release in accepted):
            return release
    return None


def last_of(served: Sequence[Event], release: str) -> Event:
    """The last event by which the channel served a release that it served."""
    return next(e for e in reversed(served) if e.promotion.release == release)


def promotion_of(served: Sequence[Event], release: str) -> Event | None:
    """The last promotion that brought a release into the channel: the proof that it was there."""
    found = [e for e in served if e.promotion.release == release and e.promotion.kind == "promote"]
    return found[-1] if found else None
