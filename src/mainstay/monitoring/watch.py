"""`mainstay watch`: reads the log, outcomes and models; writes state, reports and what a workflow goes on with."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mainstay.model.file import Model
from mainstay.monitoring import book as books
from mainstay.monitoring.inputs import Inputs, inputs
from mainstay.monitoring.joined import Joined, joined
from mainstay.monitoring.page import page
from mainstay.monitoring.promise import auc_floor
from mainstay.monitoring.report import document
from mainstay.monitoring.skew import skew
from mainstay.monitoring.textfile import textfile
from mainstay.monitoring.watching import Case, Watched, watched
from mainstay.monitoring.window import Floors
from mainstay.params import Drift, Validate, Watch, load
from mainstay.refusal import Refusal
from mainstay.rows.contract import Contract
from mainstay.rows.keyed_file import Keyed, read_outcomes, read_treated
from mainstay.rows.prediction_log_file import read_log
from mainstay.rows.pseudonym import pseudonyms, read_key
from mainstay.rows.table import read_frame, replacing, write_json
from mainstay.trust import lineup as lineups
from mainstay.trust.lineup import Lineup, Served
from mainstay.trust.manifest import Manifest

if TYPE_CHECKING:
    import pandas


SKEW_ROWS = 100_000
"""The newest predictions that are scored again as they were logged."""


SCORE = "__score"
"""The current model's, beside the rows."""


@dataclass(frozen=True)
class Asked:
    """Paths of one run. `as_of` is the day whose knowledge counts; None: the newest day in the log, never a clock.

    `treated` is a table that says who got an offer, `reference` the rows that the current model learned from.
    """

    log: str
    outcomes: Path
    lineup: Path
    key_file: Path
    state: Path
    to: Path
    as_of: datetime.date | None = None
    treated: Path | None = None
    reference: Path | None = None
    output: Path | None = None
    params: Path = Path("params.yaml")


@dataclass(frozen=True)
class Known:
    """A release with its model."""

    manifest: Manifest
    model: Model


def run(asked: Asked) -> Watched:
    """Looks, decides and writes. Raises Refusal, with nothing written, where an input cannot be worked with."""
    watch: Watch = load(asked.params, "watch")
    lineup = lineups.read(asked.lineup)
    current, previous = _known(asked.lineup, lineup.current), _known(asked.lineup, lineup.previous)
    since = _day(lineup.history[-1])
    logged = _with_days(read_log(asked.log, current.model.contract, since).frame, current.model.contract)
    seen = _joined(asked, logged, current.model, since)
    scores = _scores(current.model, seen.frame)
    given = _inputs(asked, logged, seen.frame.assign(**{SCORE: scores}), current)
    as_of = asked.as_of or _newest(logged, since)
    case = _case(lineup, (current, scores), previous, seen, given, as_of, watch)
    found = watched(books.read(asked.state), case, watch)
    _write(asked, found, case, given, lineup, watch)
    return found


def _known(folder: Path, release: str | None) -> Known | None:
    if release is None:
        return None
    manifest, data = lineups.read_model(folder, release)
    return Known(manifest, Model.from_bytes(data, release))


def _joined(asked: Asked, logged: pandas.DataFrame, model: Model, since: datetime.date) -> Joined:
    caps: Validate = load(asked.params, "validate")
    import pandas

    contract = model.contract
    outcomes = read_outcomes(asked.outcomes, contract, caps)
    treated = _treated(asked, contract, caps)
    if contract.observed_on is not None:  # a late prediction of an earlier day belongs to an earlier release
        logged = logged.loc[logged["observed_on"] >= pandas.Timestamp(since)]
    return joined(logged, outcomes, treated, contract, pseudonyms(read_key(asked.key_file)))


def _with_days(logged: pandas.DataFrame, contract: Contract) -> pandas.DataFrame:
    """The log with dates as frames have them, much faster than an object each, and the day by the contract's name."""
    import pandas

    dates = ["observed_on", *(c.name for c in contract.used if c.kind == "date")]
    logged = logged.assign(**{name: pandas.to_datetime(logged[name]) for name in dates})
    return logged.assign(**{contract.observed_on: logged["observed_on"]}) if contract.observed_on else logged


def _treated(asked: Asked, contract: Contract, caps: Validate) -> Keyed | None:
    return read_treated(asked.treated, contract, caps) if asked.treated else None


def _inputs(asked: Asked, logged: pandas.DataFrame, frame: pandas.DataFrame, current: Known) -> Inputs:
    rule: Drift = load(asked.params, "drift")
    reference = read_frame(asked.reference) if asked.reference else None
    own = logged.loc[logged["release"] == current.manifest.release].tail(SKEW_ROWS)

    def score(rows: pandas.DataFrame) -> np.ndarray:
        return rows[SCORE].to_numpy() if SCORE in rows else _scores(current.model, rows)

    return inputs(frame, reference, skew(own, current.model), current.model.contract, rule, score)


def _case(
    lineup: Lineup,
    own: tuple[Known, np.ndarray],
    previous: Known | None,
    seen: Joined,
    given: Inputs,
    as_of: datetime.date,
    watch: Watch,
) -> Case:
    current, scores = own
    why = _incomparable(current.model, previous.model) if previous else ""
    return Case(
        counter=lineup.history[-1].counter,
        release=lineup.current,
        before=lineup.previous,
        floors=Floors(_floor(current, watch), _floor(previous, watch)),
        joined=seen,
        current=scores,
        previous=_scores(previous.model, seen.frame) if previous and not why else None,
        contract=current.model.contract,
        as_of=as_of,
        incomparable=why,
        meter=given.meter,
        drift=given.drift,
        named=given.named,
        given="waiting" if given.waits else "compared",
        hours_since_rollback=_hours_since_rollback(lineup.history, as_of),
    )


def _scores(model: Model, frame: pandas.DataFrame) -> np.ndarray:
    return model.score(frame).astype(np.float64) if len(frame) else np.zeros(0)


def _incomparable(current: Model, previous: Model) -> str:
    """Why the previous model cannot score what is logged for the current one, or nothing."""
    logged = {c.name: c.kind for c in current.contract.used}
    for column in previous.contract.features:
        if column.name not in logged:
            return f"it wants the column {column.name}, which is no longer logged"
        if logged[column.name] != column.kind:
            return f"it wants {column.name} as {column.kind}, which is logged as {logged[column.name]}"
    return ""


def _floor(known: Known | None, watch: Watch) -> float | None:
    return auc_floor(known.manifest.metrics, watch.auc_tolerance) if known else None


def _hours_since_rollback(history: list[Served], as_of: datetime.date) -> float | None:
    """To the beginning of the day that is known, which errs on waiting longer; None where there was none."""
    at = [_moment(served) for served in history if served.kind == "rollback"]
    today = datetime.datetime.combine(as_of, datetime.time(), datetime.UTC)
    return max((today - max(at)).total_seconds() / 3600, 0.0) if at else None


def _moment(served: Served) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(served.at)
    except ValueError as error:
        raise Refusal(f"lineup: counter {served.counter}: {served.at!r} is no time; run `mainstay lineup`") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _day(served: Served) -> datetime.date:
    return _moment(served).astimezone(datetime.UTC).date()


def _newest(logged: pandas.DataFrame, since: datetime.date) -> datetime.date:
    return logged["scored_at"].max().date() if len(logged) else since


def _write(asked: Asked, found: Watched, case: Case, given: Inputs, lineup: Lineup, watch: Watch) -> None:
    """Reports first, the state last: a run that was killed is made again, and finds the same."""
    told = document(found, case, given, watch)
    write_json(told, asked.to / "watch.json")
    for name, text in (
        ("watch.html", page(found, case, given, lineup, watch, told)),
        ("watch.prom", textfile(found, case.joined.predictions, watch)),
    ):
        with replacing(asked.to / name) as fresh:
            fresh.write_text(text, encoding="utf-8")
    books.write(found.book, asked.state)
    if asked.output is not None:
        with asked.output.open("a", encoding="utf-8") as lines:
            lines.write("".join(f"{name}={text}\n" for name, text in _outputs(found)))


def _outputs(found: Watched) -> list[tuple[str, str]]:
    decision = found.decision
    pairs = (
        ("decision", decision.action),
        ("condition", decision.condition),
        ("from", found.state.current),
        ("to", decision.to or ""),
        ("why", decision.why),
    )
    return [(name, " ".join(text.split())) for name, text in pairs]
