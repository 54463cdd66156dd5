"""The loop in one process: the stages, gate, registry rule and watch that the commands run, without the commands."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from mainstay import params as numbers
from mainstay.model.file import Model
from mainstay.monitoring.decide import Decision
from mainstay.params import Profit, Replay
from mainstay.replay import candidates, oracle, policies
from mainstay.replay.candidates import Candidate, Stopped, Task
from mainstay.replay.figures import figures
from mainstay.replay.history import History, known
from mainstay.replay.issues import Issues
from mainstay.replay.ledger import Event, Ledger, Line
from mainstay.replay.policies import BAD, ORACLE, POLICIES, WATCHED, Seen
from mainstay.replay.production import Production
from mainstay.replay.spoiled import spoiled
from mainstay.replay.verdicts import Bench
from mainstay.replay.watching import Past, Released, Watcher
from mainstay.rows.table import read_frame

Say = Callable[[str], None]
Told = tuple[Line, tuple[Event, ...]]
"""A month that a policy lived: what served, and what happened."""
Watched = tuple[Decision | None, Decision | None]
"""What the watch decided a month ago, and now."""


@dataclass(frozen=True)
class Plan:
    """What is replayed: which policies on which months, and in which of them a bad release slips through."""

    policies: tuple[str, ...]
    months: tuple[int, ...]
    settings: Replay
    slips: frozenset[int] = frozenset()

    def due(self, month: int) -> bool:
        """New data make a candidate in this month, asked for or not."""
        every = self.settings.retrain_every_months
        return every > 0 and (month - self.months[0]) % every == 0


@dataclass
class Workshop:
    """Makes candidates and scores, each once."""

    history: History
    params: Path
    contract: Path
    folder: Path
    made: dict[int, Candidate | Stopped] = field(default_factory=dict)
    begun: frozenset[int] = frozenset()
    coming: Iterator[int] = field(default_factory=lambda: iter(()))
    scores: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)
    models: dict[bytes, Model] = field(default_factory=dict)
    bad: dict[int, Candidate | None] = field(default_factory=dict)

    @cached_property
    def campaign(self) -> Profit:
        return numbers.load(self.params, "profit")

    def task(self, month: int) -> Task:
        files = known(self.history.files, self.history.month(month).starts_on)
        return Task(tuple(files), self.folder / f"{month:03}", self.params, self.contract)

    def begin(self, months: Sequence[int], workers: int, say: Say) -> Generator[int]:
        """All candidates that are due whatever happens, several at once, ahead of the months that ask for them."""
        self.begun = frozenset(months)
        self.coming = coming = self._made(months, workers, say)
        return coming

    def _made(self, months: Sequence[int], workers: int, say: Say) -> Generator[int]:
        """The months, each as its candidate is made."""
        found = candidates.make_all([self.task(month) for month in months], workers)
        for month, candidate in zip(months, found, strict=True):
            self.made[month] = candidate
            what = f"stopped: {candidate.why}" if isinstance(candidate, Stopped) else "a candidate"
            say(f"{self.history.month(month).label}: {what}")
            yield month

    def finish(self) -> None:
        """Wait for what was begun."""
        for _ in self.coming:
            pass

    def candidate(self, month: int) -> Candidate | Stopped:
        """The month's own, made now where it was not begun."""
        while month in self.begun and month not in self.made:
            next(self.coming)
        if month not in self.made:
            self.made[month] = candidates.make(self.task(month))
        return self.made[month]

    def released(self, release: str, data: bytes) -> Released:
        """What the watch knows of a release."""
        label = release.removesuffix(BAD)
        number = next(month.number for month in self.history.months if month.label == label)
        made = self.bad[number] if release.endswith(BAD) else self.made[number]
        reference = made.folder / "train.parquet"
        return Released(self.model(data), made.metrics["evaluation"], lambda: read_frame(reference))

    def spoiled(self, month: int) -> Candidate | None:
        """The month's candidate as a broken join would have made it."""
        if month not in self.bad:
            self.bad[month] = spoiled(self.task(month), self.candidate(month))
        return self.bad[month]

    def model(self, data: bytes) -> Model:
        if data not in self.models:
            self.models[data] = Model.from_bytes(data)
        return self.models[data]

    def score(self, data: bytes, month: int) -> np.ndarray:
        """float32 [rows of the month]"""
        model = self.model(data)
        key = (model.digest, month)
        if key not in self.scores:
            self.scores[key] = model.score(self.history.month(month).rows)
        return self.scores[key]


def run(shop: Workshop, plan: Plan, workers: int, say: Say) -> Ledger:
    """The ledger of the whole replay."""
    first, *rest = plan.months
    due = [first, *(month for month in rest if plan.due(month))]
    with closing(shop.begin(due, workers, say)):
        lived = dict(_all_lived(shop, plan))
    told = [each for policy in plan.policies for each in lived[policy]]
    lines, events = [line for line, _ in told], [event for _, events in told for event in events]
    happened = [Event(h.month, None, "scenario", h.what) for h in shop.history.happenings if h.month in plan.months]
    labels = {month: shop.history.month(month).label for month in plan.months}
    how = "Replayed in one process, by the functions that the commands run"
    return Ledger(labels, plan.policies, shop.history.simulated, tuple(lines), (*happened, *events), how)


def _all_lived(shop: Workshop, plan: Plan) -> Iterator[tuple[str, list[Told]]]:
    """The watched policy first: it takes longest, and lives its months while later candidates are still made."""
    for policy in sorted(plan.policies, key=lambda it: it != WATCHED):
        if policy != WATCHED:
            shop.finish()
        yield policy, list(_lived(policy, shop, plan))


def _lived(policy: str, shop: Workshop, plan: Plan) -> Iterator[Told]:
    """A policy's months in order."""
    production, past, decided, issues = Production(), Past(), None, Issues()
    bench = Bench(shop.params, shop.contract)
    for month in plan.months:
        if policy == ORACLE:
            yield _line(shop, month, policy, *oracle.scores(shop, plan.months, month)), ()
            continue
        if policy == WATCHED and production.current:
            decided, past = _watcher(shop, production).look(past, production, month)
        seen = _seen(shop, plan, bench, (decided, issues), month)
        production, told = POLICIES[policy](seen, production)
        issues = issues.after(decided) if decided else issues
        production, more = policies.slip(policy, seen, production) if policy != "never" else (production, ())
        past = past.served(month, production.current)
        yield _served(shop, month, policy, production), (*told, *more, *_mute(shop, month, policy))


def _seen(shop: Workshop, plan: Plan, bench: Bench, watched: Watched, month: int) -> Seen:
    decided, issues = watched
    return Seen(
        month=month,
        starts_on=shop.history.month(month).starts_on,
        due=plan.due(month),
        candidate=lambda: shop.candidate(month),
        judge=bench.judge,
        decided=decided,
        issues=issues,
        slipped=shop.spoiled(month) if month in plan.slips else None,
    )


def _watcher(shop: Workshop, production: Production) -> Watcher:
    return Watcher(
        history=shop.history,
        watch=numbers.load(shop.params, "watch"),
        drift=numbers.load(shop.params, "drift"),
        caps=numbers.load(shop.params, "validate"),
        of=lambda release: shop.released(release, production.models[release]),
        score=lambda release, month: shop.score(production.models[release], month),
        scratch=shop.folder / "watched",
    )


def _served(shop: Workshop, month: int, policy: str, production: Production) -> Line:
    champion = production.champion
    score = None if champion is None else shop.score(champion, month)
    return _line(shop, month, policy, production.current, score)


def _line(shop: Workshop, month: int, policy: str, release: str | None, score: np.ndarray | None) -> Line:
    of_month = shop.history.month(month)
    found = None if score is None else figures(of_month, score, shop.history.contract, shop.campaign)
    return Line(month, policy, release, found)


def _mute(shop: Workshop, month: int, policy: str) -> tuple[Event, ...]:
    why = shop.history.month(month).unreadable
    return (Event(month, policy, "cannot score", why),) if why else ()
