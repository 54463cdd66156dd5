"""Single customers who are asked about at the same time, by whomever, are scored, logged and answered together.

What one of them costs is mostly Python's finding its way, which they share. Nobody waits for anybody to ask: together
are those whose requests the system had ready when the server looked, or looked again (hub.py).
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable

from mainstay.serving.loading import Loaded
from mainstay.serving.request import Answer, Later
from mainstay.serving.routes import told_of

All = Callable[[Loaded, list[bytes]], list[Answer] | None]
"""Function from bodies to their answers; None where any of them needs a closer look."""

Alone = Callable[[Loaded, bytes], Answer]
"""Function from one body to its answer. It may raise Problem."""


class Together:
    """Bodies that wait for their answers, all of them for those of one release."""

    def __init__(self, all_at_once: All, alone: Alone) -> None:
        self._all_at_once, self._alone = all_at_once, alone
        self._loaded: Loaded | None = None
        self._waiting: list[Later] = []

    def add(self, loaded: Loaded, body: bytes) -> Later:
        """The answer to a body, which is there when `settle` has been called."""
        if loaded is not self._loaded:
            self.settle()
            self._loaded = loaded
        later = Later(body)
        self._waiting.append(later)
        return later

    def settle(self) -> None:
        """Answers all that wait. Never raises: as with routes, a fault of ours is a 500."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            bodies = [one.body for one in waiting]
            answers = self._at_once(bodies) or [self._by_itself(body) for body in bodies]
            for one, answer in zip(waiting, answers, strict=True):
                one.answer = answer

    def _at_once(self, bodies: list[bytes]) -> list[Answer] | None:
        try:
            return self._all_at_once(self._loaded, bodies)
        except Exception:  # each by itself may fare better; if not, it is told again
            traceback.print_exc(file=sys.stderr)
            return None

    def _by_itself(self, body: bytes) -> Answer:
        try:
            return self._alone(self._loaded, body)
        except Exception as error:
            return told_of(error)
