"""How long to leave alone what did not work: twice as long each time, up to a limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mainstay.refusal import Refusal


def backoff_s(failures: int, first_s: float, most_s: float) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(most_s, first_s * 2.0 ** min(failures - 1, 60)) if failures else first_s


@dataclass(frozen=True)
class Fault:
    """What went wrong with one thing, how often in a row, and when (by the monotonic clock) it is tried again."""

    why: Refusal
    failures: int
    due: float


class Patience:
    """Faults by name. A wrong clock of the machine changes nothing: only time that passed counts."""

    def __init__(self, first_s: float, most_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._first_s, self._most_s, self._clock = first_s, most_s, clock
        self._faults: dict[str, Fault] = {}

    def waits(self, name: str) -> Refusal | None:
        """The reason for which `name` is left alone now; None where it may be tried."""
        fault = self._faults.get(name)
        return fault.why if fault and self._clock() < fault.due else None

    def failed(self, name: str, why: Refusal) -> Refusal:
        """Leaves `name` alone for a while; `why` again."""
        before = self._faults.get(name)
        failures = 1 + (before.failures if before else 0)
        self._faults[name] = Fault(why, failures, self._clock() + backoff_s(failures, self._first_s, self._most_s))
        return why

    def only(self, names: Iterable[str]) -> None:
        """Forgets the faults of all others, so that memory stays as small as what is looked at."""
        self._faults = {name: self._faults[name] for name in names if name in self._faults}

    def forget(self) -> None:
        """All may be tried now."""
        self._faults.clear()
