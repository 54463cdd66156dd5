"""`mainstay promote` and `rollback`: which release a channel serves from now on."""

from __future__ import annotations

from mainstay.refusal import Refusal
from mainstay.release import channels
from mainstay.release.publish import Published, next_counter, publish
from mainstay.release.registry import Registry
from mainstay.trust.manifest import Earlier, Kind, Promotion
from mainstay.trust.tags import ACCEPTED, PRODUCTION
from mainstay.trust.verify import Released


def promote(registry: Registry, version: str, channel: str, why: str, by: str) -> Published:
    """Lets a channel serve a release; nothing to do where it does. Production takes only what was accepted."""
    if channel == ACCEPTED:
        raise Refusal(f"{ACCEPTED}: is written by `mainstay accept` alone, after its checks")

    def propose(now: Registry) -> tuple[Promotion, str] | str:
        release = now.release(version)
        if already := _serves(now, channel, version):
            return already
        if channel == PRODUCTION and version not in now.accepted(release.tag.target):
            raise Refusal(f"{version}: was never accepted, which {PRODUCTION} asks for; run `mainstay accept`")
        return _promotion(now, release, "promote", channel, why, by), release.tag.target

    return publish(registry, propose)


def roll_back(
    registry: Registry, channel: str, to: str | None, why: str, by: str, only_from: str | None = None
) -> Published:
    """Lets a channel serve again what it served before: a new tag with a higher counter, of an older release.

    With `only_from`, nothing is done where the channel serves another release by now: somebody was faster.

    Without `to`: the release before the present one that was accepted and not itself gone back from. Raises Refusal
    where there is none, or where `to` was never in the channel.
    """

    serves = registry.serves(channel)
    if only_from and serves and serves.promotion.release != only_from:
        return Published(serves.name, new=False)
    version = to or _previous(registry, channel)  # settled once: whoever loses a race does not go back further

    def propose(now: Registry) -> tuple[Promotion, str] | str:
        if already := _serves(now, channel, version):
            return already
        release = now.release(version)
        proof = channels.promotion_of(now.channel(channel, release.tag.target), version)
        if proof is None:
            raise Refusal(f"{version}: was never promoted to {channel}; wanted one of {_names(now.channel(channel))}")
        earlier = Earlier(counter=proof.promotion.counter, tag=proof.tag)
        return _promotion(now, release, "rollback", channel, why, by, earlier), release.tag.target

    return publish(registry, propose)


def accept(registry: Registry, version: str, why: str, by: str) -> Published:
    """Writes down that a release passed its acceptance in staging; nothing to do where that is written already."""

    def propose(now: Registry) -> tuple[Promotion, str] | str:
        release = now.release(version)
        for event in now.channel(ACCEPTED, release.tag.target):
            if event.promotion.release == version:
                return event.name
        return _promotion(now, release, "accept", ACCEPTED, why, by), release.tag.target

    return publish(registry, propose)


def _promotion(
    now: Registry, release: Released, kind: Kind, channel: str, why: str, by: str, earlier: Earlier | None = None
) -> Promotion:
    return Promotion(
        kind=kind,
        channel=channel,
        counter=next_counter(now, channel),
        release=release.manifest.release,
        tag=release.tag.id,
        why=why,
        by=by,
        earlier=earlier,
    )


def _serves(now: Registry, channel: str, version: str) -> str | None:
    event = now.serves(channel)
    return event.name if event and event.promotion.release == version else None


def previous(now: Registry, channel: str) -> str | None:
    """The release that a rollback goes back to where it names none; None where there is none."""
    return channels.previous(now.channel(channel), now.accepted() if channel == PRODUCTION else None)


def _previous(now: Registry, channel: str) -> str:
    found = previous(now, channel)
    if found is None:
        raise Refusal(
            f"{channel}: no release to go back to: none before the present one was accepted and not gone back from; "
            "name one by --to, or fix forward by a new release"
        )
    return found


def _names(served: list[channels.Event]) -> str:
    return ", ".join(dict.fromkeys(e.promotion.release for e in served)) or "none"
