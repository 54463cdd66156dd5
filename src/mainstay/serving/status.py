"""What a syncer says of itself after every poll, in status.json; its age is how long ago that was."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from mainstay.refusal import Refusal
from mainstay.serving import durable
from mainstay.serving.remote_tags import NotYet, Unreachable
from mainstay.trust.fetch import NotThere

FILE = "status.json"

Says = Literal["refused", "failed", "waiting", "unreachable", "empty", "current"]
"""The worst first. refused: something does not hold; failed: this machine cannot, as where its disk is full; waiting:
what was promised is not there yet; unreachable: git cannot be asked; empty: nothing is promoted yet; current: what
the channel names runs."""


class Failed(Refusal):
    """This machine cannot."""


class Empty(Refusal):
    """The channel names nothing yet."""


_SAYS: dict[type[Refusal], Says] = {
    Failed: "failed",
    NotThere: "waiting",
    NotYet: "waiting",
    Unreachable: "unreachable",
    Empty: "empty",
}
_WORST_FIRST = ("refused", "failed", "waiting", "unreachable", "empty", "current")


class Status(msgspec.Struct, frozen=True):
    """`release` is None where what runs is not verified; `counter` and `sha256` are those of what runs all the same.

    `why` tells all faults in one line; `failures` counts polls in a row that found one.
    """

    says: Says
    why: str | None
    channel: str
    release: str | None
    counter: int | None
    sha256: str | None
    verified: bool
    failures: int
    next_try_s: float

    @property
    def exit_code(self) -> int:
        """0 where what the channel names runs, 1 otherwise."""
        return 0 if self.says == "current" else 1

    @property
    def line(self) -> str:
        """For people."""
        runs = f"runs {self.release or 'what is not verified'} (#{self.counter})" if self.counter else "runs nothing"
        return f"{self.channel}: {self.says}: {runs}" + (f": {self.why}" if self.why else "")


def worst(faults: Iterable[Refusal]) -> Says:
    """What a poll with these faults comes to."""
    return min((_SAYS.get(type(fault), "refused") for fault in faults), key=_WORST_FIRST.index, default="current")


def tell(status: Status, directory: Path) -> Status:
    """Writes status.json. Where the disk does not take it, the answer says so."""
    try:
        text = msgspec.json.format(msgspec.json.encode(status, order="deterministic"), indent=2)
        durable.write(directory / FILE, text + b"\n")
    except OSError as error:
        why = f"{directory / FILE}: cannot be written: {error.strerror}"
        says = status.says if status.says == "refused" else "failed"
        return msgspec.structs.replace(status, says=says, why=f"{status.why}; {why}" if status.why else why)
    return status
