"""E-process: evidence against "nothing is wrong" that may be looked at any day, for years. Pure.

It is the wealth of a bettor who starts with 1 and plays games that are fair, or worse, while nothing is wrong. So
the chance that it ever reaches 1/alpha is at most alpha then (Ville's inequality; Ramdas et al. 2023,
"Game-theoretic statistics and safe anytime-valid inference"). The bettor divides the wealth over several sizes of
bet, and keeps some back to start afresh with each window, so that a fault that comes late is found as soon.
"""

from __future__ import annotations

import math

import msgspec

FIRST = 0.5
"""Share of the wealth that plays from the first window on; the k-th window after it gets (1 - FIRST) / (k (k + 1))."""


class Process(msgspec.Struct, frozen=True):
    """`logs` are the logs of the wealth in play, one a size of bet; `windows` are those that were played, in order."""

    logs: tuple[float, ...] = ()
    windows: tuple[str, ...] = ()


def updated(process: Process, window: str, steps: tuple[float, ...]) -> Process:
    """The process after one more closed window. The same window a second time changes nothing.

    `steps` are the logs of what the window made of 1 at each size of bet. Raises ValueError where their number is
    not the process's.
    """
    if window in process.windows:
        return process
    before = process.logs or (-math.inf,) * len(steps)
    if len(before) != len(steps):
        raise ValueError(f"saw {len(steps)} sizes of bet, wanted {len(before)}")
    fresh = math.log(_share(len(process.windows)))
    logs = tuple(_log_sum(was, fresh) + step for was, step in zip(before, steps, strict=True))
    return Process(logs, (*process.windows, window))


def log_e(process: Process) -> float:
    """Log of the e-value: 0 before the first window."""
    if not process.logs:
        return 0.0
    top = max(process.logs)
    in_play = top + math.log(sum(math.exp(log - top) for log in process.logs) / len(process.logs))
    return _log_sum(in_play, _log(_kept(len(process.windows))))


def log_mean(processes: tuple[Process, ...]) -> float:
    """Log of the mean of e-values, which is an e-value whatever their dependence."""
    logs = [log_e(p) for p in processes]
    top = max(logs)
    return top + math.log(sum(math.exp(log - top) for log in logs) / len(logs))


def _share(window: int) -> float:
    return FIRST if window == 0 else (1 - FIRST) / (window * (window + 1))


def _kept(windows: int) -> float:
    """What is still held back after so many windows."""
    return 1.0 if windows == 0 else (1 - FIRST) / windows


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


def _log_sum(a: float, b: float) -> float:
    top = max(a, b)
    return top if top == -math.inf else top + math.log1p(math.exp(min(a, b) - top))
