"""What a syncer must never forget: the highest counter that it believed, and which object each tag was."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from mainstay.refusal import Refusal
from mainstay.serving import durable

STATE = "state.json"


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was ever seen and verified: the highest counter, and of each tag the object it was."""

    highest: Annotated[int, msgspec.Meta(ge=0)] = 0
    pins: dict[str, str] = {}

    def saw(self, counter: int, pins: dict[str, str]) -> State:
        """With a verified promotion. A pin is never changed: whoever moves a tag is found out by it."""
        return State(max(self.highest, counter), pins | self.pins)


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
    text = msgspec.json.format(msgspec.json.encode(state, order="deterministic"), indent=2)
    durable.write(directory / STATE, text + b"\n")
