"""A promotion that `mainstay.trust` believes, in a syncer's terms: what to fetch, to test and to keep of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from mainstay.model.selftest import selftest
from mainstay.refusal import Refusal
from mainstay.serving import slot
from mainstay.serving.slot import Slot
from mainstay.trust import tags, verify
from mainstay.trust.fetch import Wanted, fault_of
from mainstay.trust.signers import AllowedSigners
from mainstay.trust.tags import Assignment
from mainstay.trust.verify import Promoted


def patterns(channel: str) -> tuple[str, ...]:
    """Of the tags that a channel depends on."""
    return (f"{tags.ARTIFACT}@*", f"{tags.ARTIFACT}#{channel}#*")


def from_highest(names: Iterable[str], channel: str, highest: int) -> list[Assignment]:
    """Promotions of a channel that may be obeyed: none older than the highest seen; the newest first."""
    return [a for a in reversed(tags.assignments(names, channel)) if a.counter >= highest]


def altered(refs: Mapping[str, str], pins: Mapping[str, str]) -> Iterator[Refusal]:
    """A fault for every tag that was believed once and is now gone or another. Nothing of ours does that."""
    for name, was in sorted(pins.items()):
        if refs.get(name) != was:
            now = f"is {refs[name][:10]}" if name in refs else "is gone"
            yield Refusal(f"{name}: was {was[:10]}, {now}; somebody moved, deleted or hides it: put the old one back")


def wanted(promoted: Promoted) -> Wanted:
    """The model file that was signed."""
    return Wanted.of(promoted.release.manifest.model)


def proven(promoted: Promoted, data: bytes, tolerance: float) -> bytes:
    """`data`, if they are the signed model and score its golden rows here as they were signed. Raises Refusal."""
    name = promoted.release.manifest.release
    fault = fault_of(data, wanted(promoted))
    if fault:
        raise Refusal(f"{name}: {slot.MODEL} {fault}")
    selftest(data, [(g.row, g.score) for g in promoted.release.manifest.golden], tolerance, name)
    return data


def files(promoted: Promoted, model: bytes) -> dict[str, bytes]:
    """What a slot holds of it."""
    found = {
        slot.MODEL: model,
        slot.MANIFEST: msgspec.json.encode(promoted.release.manifest, order="sorted") + b"\n",
        slot.PROMOTION: msgspec.json.encode(promoted.promotion, order="sorted") + b"\n",
    }
    earlier = {slot.EARLIER_TAG: promoted.earlier.raw} if promoted.earlier else {}
    return found | earlier | {slot.CHANNEL_TAG: promoted.tag.raw, slot.RELEASE_TAG: promoted.release.tag.raw}


@dataclass(frozen=True)
class Root:
    """What a syncer goes by: the allowed signers, and the object ids that tags had before."""

    signers: AllowedSigners
    pins: Mapping[str, str]

    def promoted(self, assignment: Assignment, fetch: verify.Fetch, highest: int) -> Promoted:
        """The promotion, if it holds. That of the highest counter itself may be tried again: its tag is pinned."""
        return verify.promoted(assignment, fetch, self.signers, max(highest - 1, 0), self.pins)

    def kept(self, own: Slot, channel: str, tolerance: float) -> Promoted:
        """The promotion in a slot, verified again from what lies on disk alone. Raises Refusal."""
        assignment = Assignment(channel, own.counter)

        def tag(name: str) -> bytes:
            other = slot.RELEASE_TAG if isinstance(tags.parse(name), tags.Release) else slot.EARLIER_TAG
            return slot.tag(own, slot.CHANNEL_TAG if name == assignment.name else other)

        promoted = self.promoted(assignment, tag, own.counter)
        content = slot.read(own)
        if content != {name: files(promoted, content[slot.MODEL])[name] for name in slot.FILES}:
            raise Refusal(f"{own.path}: is not what its tags say; it will be fetched again")
        proven(promoted, content[slot.MODEL], tolerance)
        return promoted
