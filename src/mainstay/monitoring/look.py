"""A look at closed windows: what they add to the evidence. Pure; a window that was seen before adds nothing."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from mainstay.evidence.bets import broken_auc, broken_level, level, worse_level, worse_ranking
from mainstay.evidence.e_process import updated
from mainstay.evidence.matched import Sets, matched
from mainstay.monitoring.memory import Memory, Pair, Raised
from mainstay.monitoring.window import Floors, Window
from mainstay.params import Watch


@dataclass(frozen=True)
class Played:
    """The rows of a window that are bet on, one a customer, with leavers and stayers matched."""

    name: str
    outcome: np.ndarray
    sets: Sets


def look(memory: Memory, windows: Iterable[Window], floors: Floors, watch: Watch) -> Memory:
    """The memory after the windows, in their order. Windows of too few leavers, or stayers, are passed over."""
    for window in windows:
        if enough(window, watch):
            memory = _after(memory, window, floors, watch)
    return replace(memory, raised=raised(memory, watch))


def enough(window: Window, watch: Watch) -> bool:
    """Whether the rows to bet on hold enough leavers and stayers to say anything."""
    leavers = int(window.outcome[window.bet].sum())
    return min(leavers, int(window.bet.sum()) - leavers) >= watch.min_leavers


def raised(memory: Memory, watch: Watch) -> Raised:
    """What is shown: raised at an e-value of 1/alpha, and taken back only once it is below `clear_at` of that."""
    was, limit = memory.raised, -math.log(watch.alpha)

    def now(pair: Pair, before: bool) -> bool:
        return pair.log_e >= (limit + math.log(watch.clear_at) if before and watch.clear_at else limit)

    return Raised(
        previous_better=now(memory.against_previous, was.previous_better),
        current_worse=now(memory.current_promise, was.current_worse),
        previous_worse=now(memory.previous_promise, was.previous_worse),
    )


def _after(memory: Memory, window: Window, floors: Floors, watch: Watch) -> Memory:
    outcome, current = window.outcome[window.bet], window.current[window.bet]
    played = Played(window.name, outcome, matched(outcome, watch.stayers_a_leaver, _seed(window.name, watch.seed)))
    memory = replace(memory, current_promise=_promise(memory.current_promise, played, current, floors.current, watch))
    if window.previous is None:
        return memory
    previous = window.previous[window.bet]
    return replace(
        memory,
        previous_promise=_promise(memory.previous_promise, played, previous, floors.previous, watch),
        against_previous=_against(memory.against_previous, played, current, previous, watch),
    )


def _promise(pair: Pair, played: Played, score: np.ndarray, floor: float | None, watch: Watch) -> Pair:
    """Evidence that a model ranks below its floor, or expects too many or too few leavers."""
    steps = broken_level(level(played.outcome, score), watch.level_tolerance, watch.month_effect_sd)
    ranking = pair.ranking
    if floor is not None:
        ranking = updated(ranking, played.name, broken_auc(score, played.sets, floor))
    return Pair(ranking, updated(pair.level, played.name, steps))


def _against(pair: Pair, played: Played, current: np.ndarray, previous: np.ndarray, watch: Watch) -> Pair:
    """Evidence that the previous model would be better now."""
    levels = level(played.outcome, current), level(played.outcome, previous)
    return Pair(
        updated(pair.ranking, played.name, worse_ranking(current, previous, played.sets, watch.ranking_tolerance)),
        updated(pair.level, played.name, worse_level(*levels, watch.level_tolerance, watch.month_effect_sd)),
    )


def _seed(name: str, seed: int) -> int:
    """Of a window's own, whatever was looked at before it."""
    return zlib.crc32(f"{seed} {name}".encode())
