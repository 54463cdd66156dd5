"""The watch without its files: a book and joined rows in, a book and a decision out. Pure; a replay may ask it too.

The current and the previous model are scored on the same rows, whichever of them served.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from mainstay.monitoring.book import Book, Judged, Offness, Told, with_told
from mainstay.monitoring.decide import Decision, decide
from mainstay.monitoring.doubt import doubt, jumped
from mainstay.monitoring.estimate import estimate, reconcile
from mainstay.monitoring.joined import Joined
from mainstay.monitoring.look import enough, look
from mainstay.monitoring.memory import Memory, begun
from mainstay.monitoring.realised import Realised, realised
from mainstay.monitoring.state import Comparison, Given, Outcomes, State
from mainstay.monitoring.window import Floors, Window
from mainstay.monitoring.windows import Cut, bettable, closed, cut, window
from mainstay.params import Watch
from mainstay.rows.contract import Contract


@dataclass(frozen=True)
class Case:
    """Rows of `joined` are those since the promotion `counter`; `current` and `previous` are scores of all of them.

    `previous` is None where there is no such release, or where `incomparable` says why it cannot score the rows.
    """

    counter: int
    release: str
    before: str | None
    floors: Floors
    joined: Joined
    current: np.ndarray
    previous: np.ndarray | None
    contract: Contract
    as_of: datetime.date
    incomparable: str = ""
    meter: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    given: Given = "compared"
    hours_since_rollback: float | None = None


@dataclass(frozen=True)
class Watched:
    """What a run of the watch found."""

    book: Book
    state: State
    decision: Decision
    cuts: tuple[Cut, ...]


def watched(book: Book, case: Case, watch: Watch) -> Watched:
    """Looks at windows that have closed since, and decides. The same case again gives the same book."""
    distrust = doubt(case.joined, watch)
    book = replace(book, memory=begun(case.counter, case.release, case.before, book.memory))
    cuts = cut(case.joined.frame, watch.window, case.contract)
    due = list(closed(cuts, case.as_of))
    if not distrust:
        book = _after(book, case, [one for one in due if one.coverage >= watch.min_coverage], watch)
    mine = [w for w in book.windows if w.counter == case.counter]
    distrust = distrust or next((w.doubt for w in reversed(mine) if w.doubt), "")
    state = _state(book.memory, case, _outcomes(due, mine, distrust, case, watch), distrust)
    decision = decide(state, watch.cool_down_h)
    return Watched(with_told(book, _told(case, decision)), state, decision, tuple(cuts))


def _after(book: Book, case: Case, ready: Iterable[Cut], watch: Watch) -> Book:
    """With the windows that were not judged before; one whose outcomes were not believed is looked at again."""
    known = {w.name for w in book.windows if w.counter == case.counter and not w.doubt}
    bet = bettable(case.joined.frame, case.contract)
    for one in ready:
        if one.name not in known:
            book = _with(book, one, window(one, case.joined.frame, case.current, case.previous, bet), case, watch)
    return book


def _with(book: Book, one: Cut, seen: Window, case: Case, watch: Watch) -> Book:
    others = [w for w in book.windows if (w.name, w.counter) != (one.name, case.counter)]
    usual = [w.current.leavers / w.current.rows for w in others if not w.doubt and w.first < one.first]
    why = jumped(seen, usual, watch)
    memory = book.memory if why else look(book.memory, [seen], case.floors, watch)
    windows = sorted((*others, _judged(one, seen, case, memory, why, watch)), key=lambda w: (w.counter, w.first))
    return Book(memory, tuple(windows), book.told)


def _judged(one: Cut, seen: Window, case: Case, memory: Memory, why: str, watch: Watch) -> Judged:
    current = _realised(seen, seen.current, watch)
    return Judged(
        name=one.name,
        counter=case.counter,
        release=case.release,
        first=one.first,
        last=one.last,
        coverage=one.coverage,
        current=current,
        previous=None if seen.previous is None else _realised(seen, seen.previous, watch),
        estimated=_estimated(seen, current),
        bet=not why and enough(seen, watch),
        doubt=why,
        previous_better=memory.against_previous.log_e,
        current_worse=memory.current_promise.log_e,
        previous_worse=memory.previous_promise.log_e,
    )


def _realised(seen: Window, score: np.ndarray, watch: Watch) -> Realised:
    return realised(seen.outcome, score, seen.customer, watch.calibration_bins)


def _estimated(seen: Window, came: Realised) -> tuple[Offness, ...]:
    if came.roc_auc.value is None or came.log_loss.value is None:
        return ()
    promised = estimate(seen.current, seen.customer)
    found = reconcile(promised, came.roc_auc.value, came.log_loss.value, came.leavers / came.rows)
    return tuple(Offness(r.measure, *map(_finite, (r.expected, r.seen, r.z))) for r in found)


def _outcomes(due: list[Cut], mine: list[Judged], distrust: str, case: Case, watch: Watch) -> Outcomes:
    if distrust:
        return "distrusted"
    late = datetime.timedelta(days=watch.overdue_days)
    covered = {w.name for w in mine}
    if any(one.name not in covered and one.closed_on + late <= case.as_of for one in due):
        return "overdue"
    return "known" if any(w.bet for w in mine) else "waiting"


def _state(memory: Memory, case: Case, outcomes: Outcomes, distrust: str) -> State:
    comparison: Comparison = "impossible" if case.incomparable else "made" if case.previous is not None else "none"
    return State(
        current=case.release,
        previous=case.before,
        outcomes=outcomes,
        comparison=comparison,
        previous_better=memory.raised.previous_better,
        current_worse=memory.raised.current_worse,
        previous_worse=memory.raised.previous_worse,
        meter=case.meter,
        drift=case.drift,
        named=case.named,
        given=case.given,
        hours_since_rollback=case.hours_since_rollback,
        distrust=distrust,
        incomparable=case.incomparable,
    )


def _told(case: Case, decision: Decision) -> Told:
    return Told(
        as_of=case.as_of,
        release=case.release,
        action=decision.action,
        condition=decision.condition,
        status=decision.status,
        why=decision.why,
        to=decision.to,
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
