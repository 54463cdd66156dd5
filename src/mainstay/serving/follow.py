"""One poll: from the tags of a remote to a swapped slot, or to the reasons why what runs stays.

list tags -> the newest promotion that holds -> bytes -> self-test -> slot -> swap
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mainstay.params import Sync
from mainstay.refusal import Refusal
from mainstay.serving import promotion, remote_tags, slot, state, status
from mainstay.serving.patience import Patience, backoff_s
from mainstay.serving.places import Places
from mainstay.serving.promotion import Root
from mainstay.serving.slot import Slot
from mainstay.serving.state import State
from mainstay.serving.status import Empty, Failed, Status
from mainstay.trust import signers
from mainstay.trust.fetch import CONFIG
from mainstay.trust.tags import Assignment
from mainstay.trust.verify import Promoted


@dataclass(frozen=True)
class Follow:
    """What to follow, into which directory, and by whose word: `allowed_signers` is the one root of trust."""

    repository: str
    channel: str
    directory: Path
    allowed_signers: Path
    remote: str | None
    limits: Sync


@dataclass(frozen=True)
class Running:
    """The slot that is current, the promotion it was verified to be, and by which list of signers."""

    slot: Slot
    promoted: Promoted
    signers: str


class Follower:
    """A channel being followed. Remembers what it has verified, and what to leave alone for a while."""

    def __init__(self, follow: Follow) -> None:
        self.follow = follow
        self.patience = Patience(follow.limits.poll_s, follow.limits.max_backoff_s)
        self._running: Running | None = None
        self._failures = 0

    def poll(self) -> Status:
        """Looks at the remote and does what follows; what it found is in status.json too, if that can be written."""
        faults: list[Refusal] = []
        try:
            for fault in self._faults():
                faults.append(fault)
        except Refusal as refusal:
            faults.append(refusal)
        except OSError as error:
            faults.append(_failed(error))
        return self._told(faults)

    def _faults(self) -> Iterator[Refusal]:
        """Does all there is to do; yields what does not hold on the way."""
        follow = self.follow
        known = state.load(follow.directory)
        trusted = signers.load(follow.allowed_signers)
        try:
            self._verify_current(Root(trusted, known.pins))
        except Refusal as refusal:
            self._running = None
            yield refusal
        known = self._seen(known, self._running.promoted if self._running else None)
        refs = remote_tags.listed(follow.repository, promotion.patterns(follow.channel), follow.limits.git_timeout_s)
        yield from promotion.altered(refs, known.pins)
        yield from self._newest(refs, known, Root(trusted, known.pins))

    def _newest(self, refs: Mapping[str, str], known: State, root: Root) -> Iterator[Refusal]:
        """Takes the newest promotion that holds, unless it runs; yields why those above it do not hold."""
        found = promotion.from_highest(refs, self.follow.channel, known.highest)
        if not found and not known.highest:
            yield Empty(f"channel {self.follow.channel}: nothing is promoted to it yet; see `mainstay promote`")
        self.patience.only(refs[a.name] for a in found)
        for assignment in found[: self.follow.limits.max_tries]:
            tag_id = refs[assignment.name]
            if self._running and self._running.promoted.tag.id == tag_id:
                return
            fault = self.patience.waits(tag_id) or self._tried(assignment, tag_id, known, root)
            if fault is None:
                return
            yield fault

    def _tried(self, assignment: Assignment, tag_id: str, known: State, root: Root) -> Refusal | None:
        try:
            self._take(assignment, known, root)
        except Refusal as refusal:
            return self.patience.failed(tag_id, refusal)
        except OSError as error:
            return self.patience.failed(tag_id, _failed(error))
        return None

    def _take(self, assignment: Assignment, known: State, root: Root) -> None:
        """Verifies, fetches, tests and swaps. Raises Refusal or OSError, with what runs left as it is."""
        follow, limits = self.follow, self.follow.limits
        places = Places(follow.directory, follow.repository, follow.remote, limits.fetch_timeout_s)
        with remote_tags.scratch(follow.directory) as folder:

            def tag(name: str) -> bytes:
                return remote_tags.tag(folder, follow.repository, name, limits.git_timeout_s)

            promoted = root.promoted(assignment, tag, known.highest)
            self._seen(known, promoted)
            data = places.model(promoted, lambda commit: remote_tags.file(folder, commit, CONFIG))
        promotion.proven(promoted, data, limits.golden_tolerance)
        digest = promoted.release.manifest.model.sha256
        placed = slot.place(follow.directory, assignment.counter, digest, promotion.files(promoted, data))
        slot.swap(follow.directory, placed)
        self._running = Running(placed, promoted, root.signers.text)
        slot.prune(follow.directory, limits.keep_slots)

    def _verify_current(self, root: Root) -> None:
        """Verifies what runs from disk: at the first poll, and whenever the list of signers has changed."""
        own = slot.linked(self.follow.directory, slot.CURRENT)
        running = self._running
        if own is None:
            self._running = None
        elif running is None or (running.slot, running.signers) != (own, root.signers.text):
            kept = root.kept(own, self.follow.channel, self.follow.limits.golden_tolerance)
            self._running = Running(own, kept, root.signers.text)

    def _seen(self, known: State, promoted: Promoted | None) -> State:
        """The state with a promotion that holds, kept before anything is done about it."""
        now = known.saw(promoted.promotion.counter, promoted.pins) if promoted else known
        if now != known:
            state.save(now, self.follow.directory)
        return now

    def _told(self, faults: list[Refusal]) -> Status:
        self._failures = self._failures + 1 if faults else 0
        limits, own = self.follow.limits, slot.linked(self.follow.directory, slot.CURRENT)
        says = status.worst(faults)
        failures = self._failures if says == "unreachable" else 0
        told = Status(
            says=says,
            why="; ".join(str(fault) for fault in faults) or None,
            channel=self.follow.channel,
            release=self._running.promoted.promotion.release if self._running else None,
            counter=own.counter if own else None,
            sha256=own.sha256 if own else None,
            verified=self._running is not None,
            failures=self._failures,
            next_try_s=backoff_s(failures, limits.poll_s, limits.max_backoff_s),
        )
        return status.tell(told, self.follow.directory)


def _failed(error: OSError) -> Failed:
    return Failed(f"{error.filename or 'disk'}: {error.strerror or error}; what runs stays")
