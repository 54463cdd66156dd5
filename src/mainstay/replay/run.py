"""`mainstay replay`: what each policy would have done on these months, as a page and as JSON."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from mainstay import params as numbers
from mainstay.params import Replay, Simulate
from mainstay.pipeline.adoption import project
from mainstay.refusal import Refusal
from mainstay.replay import dated, fast, real, sandbox, simulated
from mainstay.replay.fast import Plan, Told, Workshop
from mainstay.replay.history import History
from mainstay.replay.ledger import Ledger, document
from mainstay.replay.page import page
from mainstay.replay.policies import ORACLE, POLICIES, WATCHED
from mainstay.rows.table import replacing, write_json

PARAMS, PIPELINE = "params.yaml", "dvc.yaml"
BAD_RELEASE = "bad_release"
"""A scenario of the loop, not of the business: a bad model is released past the gate."""


@dataclass(frozen=True)
class Asked:
    """What the command line says. `scenarios` are KIND@MONTH, months counted from 1 with those before the replay."""

    data: Path | None = None
    policies: tuple[str, ...] = ()
    months: int | None = None
    seed: int | None = None
    customers: int | None = None
    scenarios: tuple[str, ...] = ()
    retrain_every_months: int | None = None
    workers: int | None = None
    real: bool = False


def run(top: Path, asked: Asked, to: Path, say: Callable[[str], None]) -> Ledger:
    """Replay, and write replay.html and replay.json to the folder `to`. Raises Refusal."""
    with tempfile.TemporaryDirectory(prefix="mainstay-replay-") as scratch:
        ledger = replayed(top.absolute(), asked, Path(scratch), say)
    write(ledger, to)
    return ledger


def replayed(top: Path, asked: Asked, scratch: Path, say: Callable[[str], None]) -> Ledger:
    """The replay, in a folder of its own."""
    settings, slips = _settings(top, asked), frozenset(_months_of(asked, BAD_RELEASE))
    contract = top / project.pipeline(top / PIPELINE).contract
    history = _history(top, asked, settings, contract, scratch / "history")
    plan = Plan(policies(asked), _replayed(history, settings), settings, slips)
    shop = Workshop(history, top / PARAMS, contract, scratch / "runs")
    if not (asked.real and WATCHED in plan.policies):
        return fast.run(shop, plan, asked.workers or os.cpu_count() or 1, say)
    lived = _lived(top, asked, settings, plan, history, scratch / "sandbox", say)
    others = replace(plan, policies=tuple(p for p in plan.policies if p != WATCHED))
    return _with(fast.run(shop, others, asked.workers or os.cpu_count() or 1, say), plan, lived)


def _lived(
    top: Path, asked: Asked, settings: Replay, plan: Plan, history: History, root: Path, say: Callable[[str], None]
) -> list[Told]:
    """Mainstay's months by the commands themselves, in a sandbox."""
    root.mkdir()
    box = sandbox.made(top, root)
    box.settings({"simulate": msgspec.to_builtins(_world(top, asked, settings))})
    box.commit("The world that is replayed")
    told = []
    for line, events in real.lived(box, history, plan):
        told.append((line, events))
        say(f"{history.month(line.month).label}: {', '.join(e.kind for e in events) or 'nothing'}")
    return told


def _with(ledger: Ledger, plan: Plan, lived: list[Told]) -> Ledger:
    lines = (*ledger.lines, *(line for line, _ in lived))
    events = (*ledger.events, *(event for _, events in lived for event in events))
    how = (
        "Mainstay's months were lived by the commands themselves, with signed tags and a server; the others in process"
    )
    return replace(ledger, policies=plan.policies, lines=lines, events=events, how=how)


def write(ledger: Ledger, to: Path) -> None:
    """The page and the figures to the folder `to`."""
    write_json(document(ledger), to / "replay.json")
    with replacing(to / "replay.html") as fresh:
        fresh.write_text(page(ledger), encoding="utf-8", newline="\n")


def policies(asked: Asked) -> tuple[str, ...]:
    """Those asked for, or all. Raises Refusal for one that is none."""
    known = (*POLICIES, ORACLE)
    for policy in asked.policies:
        if policy not in known:
            raise Refusal(f"--policy: saw {policy!r}, wanted one of {', '.join(known)}")
    return tuple(p for p in known if p in (asked.policies or known))


def months_of(top: Path, asked: Asked) -> tuple[int, ...]:
    """The months that would be replayed of a simulated history."""
    settings = _settings(top, asked)
    return tuple(range(settings.warm_up_months + 1, settings.warm_up_months + settings.months + 1))


def _settings(top: Path, asked: Asked) -> Replay:
    settings = numbers.load(top / PARAMS, "replay")
    given = {"months": asked.months, "retrain_every_months": asked.retrain_every_months}
    return msgspec.structs.replace(settings, **{k: v for k, v in given.items() if v is not None})


def _history(top: Path, asked: Asked, settings: Replay, contract: Path, store: Path) -> History:
    pipeline = project.pipeline(top / PIPELINE)
    if asked.data is None and "simulate" in pipeline.simulated:
        return simulated.history(_world(top, asked, settings), top / PARAMS, contract, store)
    if asked.real:
        raise Refusal(
            "--real: lives simulated months; wanted without for a history of your own, which is replayed fast"
        )
    if asked.seed is not None or _scenarios(asked):
        raise Refusal("--seed, --scenario: are of simulated months; wanted neither for a history of your own")
    return dated.history(asked.data or top / pipeline.raw, top / PARAMS, contract, store)


def _world(top: Path, asked: Asked, settings: Replay) -> Simulate:
    """The simulator's numbers, as asked."""
    world: Simulate = numbers.load(top / PARAMS, "simulate")
    changes: dict[str, object] = {"months": settings.warm_up_months + settings.months}
    changes["scenarios"] = [*world.scenarios, *_scenarios(asked)]
    changes |= {} if asked.seed is None else {"seed": asked.seed}
    if asked.customers is not None:
        joiners = world.joiners_a_month * asked.customers // world.customers
        changes |= {"customers": asked.customers, "joiners_a_month": joiners}
    return msgspec.structs.replace(world, **changes)


def _replayed(history: History, settings: Replay) -> tuple[int, ...]:
    """The months after the warm-up. Raises Refusal where there are none."""
    first, last = settings.warm_up_months + 1, settings.warm_up_months + settings.months
    found = tuple(month.number for month in history.months if first <= month.number <= last)
    if not found:
        raise Refusal(
            f"the history has {len(history.months)} months with outcomes, wanted more than replay.warm_up_months "
            f"({settings.warm_up_months}); lower it in params.yaml, or bring more months"
        )
    return found


def _scenarios(asked: Asked) -> list[dict[str, object]]:
    """The scenarios of the business, as params.yaml would have them."""
    return [{"kind": kind, "month": month} for kind, month in _parsed(asked) if kind != BAD_RELEASE]


def _months_of(asked: Asked, kind: str) -> list[int]:
    return [month for known, month in _parsed(asked) if known == kind]


def _parsed(asked: Asked) -> Sequence[tuple[str, int]]:
    parts = [text.partition("@") for text in asked.scenarios]
    for kind, _, month in parts:
        if not month.isdigit():
            raise Refusal(f"--scenario: saw {kind!r} and month {month!r}, wanted KIND@MONTH, as shock@18")
    return [(kind, int(month)) for kind, _, month in parts]
