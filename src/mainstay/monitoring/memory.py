"""What the watch remembers from one look to the next: evidence about the release that serves, and what was asked."""

from __future__ import annotations

import msgspec

from mainstay.evidence.e_process import Process, log_mean


class Pair(msgspec.Struct, frozen=True):
    """Evidence of one fault from two sides: how well scores rank, and how high they are. Either may show it."""

    ranking: Process = Process()
    level: Process = Process()

    @property
    def log_e(self) -> float:
        return log_mean((self.ranking, self.level))


class Raised(msgspec.Struct, frozen=True):
    """What evidence has shown, and not taken back since."""

    previous_better: bool = False
    current_worse: bool = False
    previous_worse: bool = False


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Begins anew with each promotion of the channel (`counter`)."""

    counter: int
    current: str
    previous: str | None
    against_previous: Pair = Pair()
    current_promise: Pair = Pair()
    previous_promise: Pair = Pair()
    raised: Raised = Raised()


def begun(counter: int, current: str, previous: str | None, before: Memory | None = None) -> Memory:
    """`before` where it is of this very promotion and the same previous release, or else a new one."""
    if before and (before.counter, before.current, before.previous) == (counter, current, previous):
        return before
    return Memory(counter=counter, current=current, previous=previous)
