"""What a syncer must not forget between two polls, and what it says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from mainstay.refusal import Refusal
from mainstay.serving import durable

STATE, STATUS = "state.json", "status.json"

Says = Literal["current", "waiting", "refused", "unreachable", "empty"]
"""current: runs what the channel names; waiting: its bytes are not there yet; refused: something did not hold;
unreachable: git cannot be asked; empty: the channel names nothing yet."""


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was ever seen and verified: the highest counter, and of each tag the object it was."""

    highest: Annotated[int, msgspec.Meta(ge=0)] = 0
    pins: dict[str, str] = {}

    def saw(self, counter: int, pins: dict[str, str]) -> State:
        """With a verified promotion. A pin is never changed: whoever moves a tag is found out by it."""
        return State(max(self.highest, counter), pins | self.pins)


class Status(msgspec.Struct, frozen=True, omit_defaults=False):
    """status.json, written after every poll; its age is how long ago the last one was."""

    says: Says
    why: str | None
    channel: str
    release: str | None
    counter: int | None
    sha256: str | None
    highest_counter: int
    failures: int
    next_try_s: float


def load(directory: Path) -> State:
    """The state of a directory; the first of all where there is none. Raises Refusal where it cannot be read."""
    path = directory / STATE
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(
            f"{path}: cannot be read: {error}; without it an old promotion could be replayed. "
            "Restore it, or remove it if nobody else can write here"
        ) from error


def save(state: State, directory: Path) -> None:
    """Keeps the state. Raises OSError, with the one before kept."""
    durable.write(directory / STATE, _pretty(state))


def tell(status: Status, directory: Path) -> None:
    """Writes status.json. Raises OSError."""
    durable.write(directory / STATUS, _pretty(status))


def _pretty(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"
