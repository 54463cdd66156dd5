"""The registry: a remote's tags, and the signers by whom they are believed. Nothing is read that was not verified."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release.channels import Event
from mainstay.release.remote_tags import Listed, Scratch, scratch
from mainstay.trust import tag_object, tags, verify
from mainstay.trust.keys import Keys
from mainstay.trust.signers import AllowedSigners
from mainstay.trust.tags import Assignment
from mainstay.trust.verify import Promoted, Released

RECENT = 50
"""How far back a channel is read where only its latest releases matter."""


@dataclass(frozen=True)
class Access:
    """Where a registry is and who is believed: the remote's URL, the list of signers, the keys that one has (if any).

    `clone` is the root of a clone whose commits may be released.
    """

    url: str
    signers: AllowedSigners
    keys: Keys | None = None
    clone: Path | None = None


@dataclass(frozen=True)
class Registry:
    """The tags as they were listed once; `again` lists them anew. `refused`: tag name -> why it is not believed."""

    access: Access
    scratch: Scratch
    listed: Listed
    refused: dict[str, str] = field(default_factory=dict)

    def again(self) -> Registry:
        return Registry(self.access, self.scratch, self.scratch.listed())

    @property
    def names(self) -> list[str]:
        return list(self.listed.ids)

    def release(self, version: str) -> Released:
        """A verified release. Raises Refusal where there is none of that version, or its tag does not hold."""
        self._there(tags.Release(version).name)
        return verify.released(version, self.scratch.raw, self.access.signers, self.listed.ids)

    def newest_release(self) -> Released | None:
        """The release of the highest version whose tag holds; None where there is none. The others are `refused`."""
        for known in reversed(tags.releases(self.names)):
            try:
                return self.release(known.version)
            except Refusal as refusal:
                self.refused[known.name] = str(refusal)
        return None

    def serves(self, channel: str) -> Event | None:
        """By what a channel serves: the highest counter whose tag holds; None where there is none."""
        for assignment in reversed(tags.assignments(self.names, channel)):
            if found := self.events([assignment]):
                return found[0]
        return None

    def promoted(self, event: Event) -> Promoted:
        """A promotion with the release that it names, both verified. Raises Refusal."""
        assignment = Assignment(event.promotion.channel, event.promotion.counter)
        return verify.promoted(assignment, self.scratch.raw, self.access.signers, pins=self.listed.ids)

    def events(self, assignments: Iterable[Assignment]) -> list[Event]:
        """The promotions by these tags, each verified by itself; what does not hold is put into `refused` instead.

        So a tag that nobody vouches for stands in nobody's way. Brings all of them at once.
        """
        assignments = list(assignments)
        self.scratch.fetch(a.name for a in assignments)
        return [event for a in assignments if (event := self._event(a))]

    def channel(self, channel: str, of: str | None = None) -> list[Event]:
        """What a channel served of late, the oldest first; or all that it ever served `of` one commit."""
        known = tags.assignments(self.names, channel)
        if of is not None:
            return self.events(a for a in known if self.listed.commits[a.name] == of)
        return self.events(known[-RECENT:])

    def accepted(self, commit: str | None = None) -> set[str]:
        """Versions that staging's acceptance took, of late or of one commit."""
        return {event.promotion.release for event in self.channel(tags.ACCEPTED, commit)}

    def next_epoch_s(self) -> int:
        """A tagger's date later than that of every newest tag, so that those who order by clock agree with us."""
        newest = [a.name for a in tags.assignments(self.names)[-1:]] + [r.name for r in tags.releases(self.names)[-1:]]
        self.scratch.fetch(newest)
        return max([_clock_s(), *(self._epoch_s(name) + 1 for name in newest)])

    def _event(self, assignment: Assignment) -> Event | None:
        try:
            signers = self.access.signers
            tag, promotion, by = verify.announced(assignment, self.scratch.raw, signers, self.listed.ids)
        except Refusal as refusal:
            self.refused[assignment.name] = str(refusal)
            return None
        return Event(promotion, tag.id, by, tag.epoch_s)

    def _epoch_s(self, name: str) -> int:
        try:
            return tag_object.read(self.scratch.raw(name), name).epoch_s
        except Refusal:
            return 0  # no annotated tag, which GTO does not read either

    def _there(self, name: str) -> None:
        if name not in self.listed.ids:
            known = ", ".join(r.version for r in tags.releases(self.names)[-5:]) or "none"
            raise Refusal(f"{name}: the remote has no such release, its last are {known}; run `mainstay release`")


@contextmanager
def opened(access: Access) -> Iterator[Registry]:
    """The registry as it is now."""
    with scratch(access.url, access.clone) as own:
        yield Registry(access, own, own.listed())


def _clock_s() -> int:
    """Now; or what SOURCE_DATE_EPOCH says, by which a replay dates its tags (reproducible-builds.org)."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(given) if given.isdigit() else int(time.time())
