"""The release that answers now. It follows `current` in the syncer's directory, and the one before stays loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from mainstay.params import Serve
from mainstay.refusal import Refusal
from mainstay.serving import loading, slot
from mainstay.serving.loading import Check, Loaded
from mainstay.serving.slot import Slot


class Current:
    """`loaded` answers; `fault` says why it is not what `current` leads to, or is None."""

    def __init__(self, directory: Path, check: Check, limits: Serve, say: Callable[[str], None]) -> None:
        self.directory, self.check, self.limits, self.say = directory, check, limits, say
        self.loaded: Loaded | None = None
        self.previous: Loaded | None = None
        self.fault: str | None = None
        self.swaps = self.refusals = 0
        self._refused: Slot | None = None
        self._wait_polls = 0

    def look(self) -> None:
        """Loads what `current` leads to, if that is new. What does not hold leaves what runs, and is `fault`."""
        own = self._new()
        if own is not None:
            self._tell(*self._load(own))

    async def follow(self) -> None:
        """Looks for ever; loads in a thread, so that nobody's answer waits for it."""
        while True:
            await asyncio.sleep(self.limits.poll_s)
            own = self._new()
            if own is not None:
                self._tell(*await asyncio.to_thread(self._load, own))

    def _new(self) -> Slot | None:
        """The slot to load, if there is one. After a refusal the same one is tried again less often."""
        try:
            own = slot.linked(self.directory, slot.CURRENT)
        except OSError as error:
            own, self.fault = None, f"{self.directory}: {error.strerror}"
        if own is None:
            return None
        if self.loaded and self.loaded.slot == own:
            self.fault = None
            return None
        waits = self._refused == own and self._wait_polls > 0
        self._wait_polls -= waits
        return None if waits else own

    def _load(self, own: Slot) -> tuple[Slot, Loaded | str]:
        known = tuple(one for one in (self.loaded, self.previous) if one)
        running = self.loaded.slot if self.loaded else None
        try:
            return own, loading.load(own, self.check, self.limits, known, running)
        except Refusal as refusal:
            return own, str(refusal)
        except Exception as error:  # whatever a file does to us, what runs stays
            return own, f"{own.path}: {type(error).__name__}: {error}"

    def _tell(self, own: Slot, found: Loaded | str) -> None:
        if isinstance(found, str):
            self.fault, self._refused, self._wait_polls = found, own, self.limits.retry_polls
            self.refusals += 1
            self.say(f"refused: {found}" + (f"; {self.loaded.release} goes on" if self.loaded else ""))
            return
        self.previous, self.loaded, self.fault = self.loaded, found, None
        self.swaps += 1
        if self.previous:
            self.say(f"serving {found.release} (#{own.counter}), before it {self.previous.release}")
