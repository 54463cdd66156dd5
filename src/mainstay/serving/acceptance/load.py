"""Are answers quick enough while many ask at once?"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from mainstay.params import Accept
from mainstay.serving.acceptance.asking import Service, Unanswered
from mainstay.serving.acceptance.checked import Checked, checked

NAME = "latency under load"


@dataclass
class Heard:
    """What one connection got: seconds of each answer, and what went wrong."""

    took_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def load(service: Service, rows: Sequence[object], limits: Accept) -> Checked:
    """Single rows over `load_connections` at once, each sending its next when it has its answer.

    Passes where every one is answered and the 99th percentile keeps to the budget. A round that is late alone is made
    again, for it may be us who were busy; one in which a request failed is not.
    """
    bodies = [json.dumps(row, allow_nan=False).encode() for row in rows]
    for left in reversed(range(limits.load_rounds)):
        took_ms, faults, elapsed_s = _round(service, bodies, limits)
        found = judged(took_ms, faults, elapsed_s, limits)
        if faults or found.verdict.answer == "pass" or not left:
            return found
    raise AssertionError("unreachable")


def judged(took_ms: np.ndarray, faults: list[str], elapsed_s: float, limits: Accept) -> Checked:
    """The verdict on the times of all answers. Pure."""
    if not len(took_ms):
        return checked(NAME, faults or ["no request was answered"], {})
    p50, p99 = (float(p) for p in np.percentile(took_ms, (50, 99)))
    found = {"connections": limits.load_connections, "requests": len(took_ms), "requests/s": len(took_ms) / elapsed_s}
    late = [] if p99 <= limits.max_p99_ms else [f"p99 is {p99:.1f} ms, wanted at most {limits.max_p99_ms:g} ms"]
    return checked(NAME, [*faults, *late], found | {"p50 ms": p50, "p99 ms": p99})


def _round(service: Service, bodies: list[bytes], limits: Accept) -> tuple[np.ndarray, list[str], float]:
    """Milliseconds of all answers, what went wrong, and how long it took in all."""
    each = -(-limits.load_requests // limits.load_connections)
    begin = time.perf_counter()
    with ThreadPoolExecutor(limits.load_connections) as pool:
        heard = list(pool.map(lambda n: _asked(service, bodies, n, each), range(limits.load_connections)))
    took_ms = 1000 * np.array([took for h in heard for took in h.took_s])
    return took_ms, [fault for h in heard for fault in h.faults], time.perf_counter() - begin


def _asked(service: Service, bodies: list[bytes], first: int, count: int) -> Heard:
    """A connection's `count` questions, from the row `first` on."""
    heard, turn = Heard(), itertools.islice(itertools.cycle(bodies), first % len(bodies), None)
    with service.asking() as asker:
        for body in itertools.islice(turn, count):
            try:
                answer = asker.ask("POST", "/predict", body)
            except Unanswered as error:
                heard.faults.append(f"no answer: {error}")
                continue
            heard.took_s.append(answer.took_s)
            if answer.status != 200:
                heard.faults.append(f"answers {answer.status}, wanted 200")
    return heard
