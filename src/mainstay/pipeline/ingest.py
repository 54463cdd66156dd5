"""`mainstay ingest`: new raw data come in. What is there is added to and never written over; or nothing changes."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mainstay import params
from mainstay.params import Validate
from mainstay.pipeline.adoption import project
from mainstay.pipeline.adoption.adopt import DVC_FILE, PARAMS
from mainstay.pipeline.arrivals import Arrival, arrivals, check_days, correcting, digest, fresh, superseding
from mainstay.pipeline.dvc_command import dvc as run_dvc
from mainstay.refusal import Refusal
from mainstay.rows import contract_file, layout
from mainstay.rows.contract import Contract
from mainstay.rows.table import replacing

if TYPE_CHECKING:
    import duckdb
    import ibis


@dataclass(frozen=True)
class Asked:
    """What the command line says: files that came, the table that they are rows of, the file that one corrects."""

    source: Path | None
    table: str | None
    corrects: str | None
    months: int


@dataclass(frozen=True)
class Brought:
    """What came in, as places below raw/, or a word on simulated months; none where all was there before."""

    new: tuple[str, ...]
    said: str


def run(asked: Asked, top: Path = Path(), dvc: Callable[..., None] = run_dvc) -> Brought:
    """Bring new rows into the project at `top`. Raises Refusal where they cannot come in; all is as it was then."""
    pipeline = project.pipeline(top / DVC_FILE)
    if "simulate" in pipeline.simulated:
        return _simulated(asked, top)
    if asked.source is None:
        raise Refusal("SOURCE: wanted a file or folder of new rows; only simulated ones come of themselves")
    contract, limits = contract_file.load(top / pipeline.contract), params.load(top / PARAMS, "validate")
    raw = top / pipeline.raw
    held = _held(raw)
    new = fresh(_placed(asked, contract, held), {path: digest(raw / path) for path in held})
    if not new:
        return Brought((), f"{asked.source}: all of it is there already; nothing was changed")
    _check(new, raw, contract, limits, top)
    with _added(new, raw):
        dvc(top, "add", "--quiet", str(pipeline.raw))
    places = tuple(str(pipeline.raw / arrival.place) for arrival in new)
    return Brought(places, f"brought in {', '.join(places)}; now `dvc repro`")


def _simulated(asked: Asked, top: Path) -> Brought:
    """One more month, or several, of the simulated business; the months before stay as they are."""
    if asked.source is not None:
        raise Refusal(f"{asked.source}: this project's rows are simulated; `mainstay adopt` your own first")
    was = params.load(top / PARAMS, "simulate").months
    text = (top / PARAMS).read_text(encoding="utf-8")
    with replacing(top / PARAMS) as path:
        more = project.with_number(text, "simulate", "months", was + asked.months, PARAMS)
        path.write_text(more, encoding="utf-8", newline="\n")
    now = was + asked.months
    return Brought((f"simulate.months {now}",), f"simulate.months: {was} -> {now}; now `dvc repro`")


def _placed(asked: Asked, contract: Contract, held: Sequence[Path]) -> list[Arrival]:
    tables = [layout.CUSTOMERS, *([contract.outcome.table] if contract.outcome.table else [])]
    found = arrivals(asked.source, tables, asked.table)
    if asked.corrects is None:
        undated = contract.observed_on is None
        return [superseding(a, held) if undated and a.place.parts[0] == layout.CUSTOMERS else a for a in found]
    if len(found) != 1:
        raise Refusal(f"--corrects: saw {len(found)} files in {asked.source}, wanted one that corrects one")
    return [correcting(found[0], asked.corrects, held)]


def _held(raw: Path) -> list[Path]:
    """The files below raw/. Raises Refusal where they are not here: what cannot be seen may not be added to."""
    found = sorted(p.relative_to(raw) for p in raw.rglob("*") if p.is_file() and not p.name.startswith("."))
    if not found:
        raise Refusal(f"{raw}: the rows so far are not here; run `dvc pull {raw}.dvc`")
    return found


def _check(new: Sequence[Arrival], raw: Path, contract: Contract, limits: Validate, top: Path) -> None:
    """Raises Refusal where a file cannot be read as its table, or brings rows of a date that is there."""
    (top / ".mainstay").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ingest-", dir=top / ".mainstay") as scratch:
        tried = Path(scratch)
        named = [replace(arrival, place=arrival.place.with_name(arrival.source.name)) for arrival in new]
        _copy(named, tried)
        days = _days(tried, contract, limits)
    correcting = {trial.place for trial, arrival in zip(named, new, strict=True) if trial.place != arrival.place}
    added = {day: path for day, path in days.items() if path not in correcting}
    if contract.observed_on and added:
        check_days(added, _days(raw, contract, limits))


def _days(raw: Path, contract: Contract, limits: Validate) -> dict[datetime.date, Path]:
    """Observation date -> the file below `raw` that holds customers of it; each table's files are opened on the way."""
    from mainstay.rows.intake import opened  # with the data engine, which simulated months do not need
    from mainstay.rows.table import engine

    outcomes = layout.outcomes(contract)
    with engine(limits.memory_limit_mb) as connection:
        if outcomes and (raw / outcomes.name).is_dir():
            opened(connection, raw, outcomes, contract, limits)
        if not (raw / layout.CUSTOMERS).is_dir():
            return {}
        customers = opened(connection, raw, layout.customers(contract), contract, limits)
        if contract.observed_on is None:
            return {}
        return {day: Path(path).relative_to(raw) for day, path in _dated(connection, customers.tables, contract)}


def _dated(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[ibis.Table], contract: Contract
) -> list[tuple[datetime.date, str]]:
    from mainstay.rows.faults import FILE, day_of
    from mainstay.rows.rules import sql

    found: set[tuple[datetime.date, str]] = set()
    for table in tables:
        dated = table.select(day=day_of(table, contract), file=table[FILE]).distinct()
        found |= set(connection.execute(sql(dated.filter(dated["day"].notnull()))).fetchall())
    return sorted(found)


@contextmanager
def _added(new: Sequence[Arrival], raw: Path) -> Iterator[None]:
    """The new files are below `raw` while the block runs, and stay there if it ends well; else they are gone again."""
    try:
        _copy(new, raw)
        yield
    except BaseException:
        for arrival in new:
            (raw / arrival.place).unlink(missing_ok=True)
        raise


def _copy(new: Sequence[Arrival], to: Path) -> None:
    for arrival in new:
        with replacing(to / arrival.place) as path:
            shutil.copyfile(arrival.source, path)
