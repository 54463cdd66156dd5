"""Stage validate: raw rows -> those that keep the contract, with their outcome; the others with reasons."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import duckdb
import ibis

from mainstay.params import Validate, load
from mainstay.pipeline.data_quality import document, judge
from mainstay.pipeline.stage import start
from mainstay.rows import contract_file, layout, set_aside
from mainstay.rows.contract import Contract
from mainstay.rows.faults import FILE, ROW, kept
from mainstay.rows.files import check_unchanged, find, state
from mainstay.rows.intake import Raw, check_readable, opened
from mainstay.rows.outcome import counted, joined, labelled
from mainstay.rows.rules import schema, sql
from mainstay.rows.table import engine, literal, name, write_json, write_query
from mainstay.verdict import Verdict


@dataclass(frozen=True)
class Desk:
    """What one run works with; `aside` are its threads, and the folder `scratch` is removed afterwards."""

    connection: duckdb.DuckDBPyConnection
    aside: Executor
    contract: Contract
    limits: Validate
    raw: Path
    scratch: Path


@dataclass(frozen=True)
class Tables:
    """The raw tables: customers, and outcomes where they have a table of their own."""

    customers: Raw
    outcomes: Raw | None = None

    @property
    def all(self) -> tuple[Raw, ...]:
        return (self.customers, self.outcomes) if self.outcomes else (self.customers,)


@dataclass(frozen=True)
class View:
    """Rows that the engine will have by a name once it has been asked to."""

    query: str
    rows: ibis.Table


def run(*, params: Path, contract: Path, raw: Path, valid: Path, quarantine: Path, metrics: Path) -> Verdict:
    """Write `quarantine` and `metrics` whatever is found, and `valid` only if the verdict is pass."""
    limits, promise = load(params, "validate"), contract_file.load(contract)
    valid.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".validate-", dir=valid.parent) as scratch,
        engine(limits.memory_limit_mb) as connection,
        ThreadPoolExecutor(2) as aside,
    ):
        profile = aside.submit(_profile)
        desk = Desk(connection, aside, promise, limits, raw, Path(scratch))
        connection.execute(
            f"SET temp_directory = {literal(Path(scratch) / 'spill')}"
        )  # beside the data, where there is room
        connection.execute("SET disabled_optimizers = 'in_clause'")  # it makes long lists joins, which keep no order
        with _unchanging(desk):
            tables, days, fresh = _sorted(desk)
        found = profile.result().findings(connection, tables.customers, tables.outcomes, days, fresh, promise, limits)
        verdict = judge(found, promise, limits)
        write_query(connection, set_aside.QUARANTINE, quarantine)
        write_json(document(found, verdict), metrics)
        if verdict.answer == "pass":
            fresh.replace(valid)
    return verdict


def _profile() -> ModuleType:
    """How valid rows are counted; numpy, which it needs, is loaded while the engine judges rows."""
    from mainstay.pipeline import profile

    return profile


@contextmanager
def _unchanging(desk: Desk) -> Iterator[None]:
    """Raises Refusal, when the block ends, if a raw file changed meanwhile."""
    before = {path: state(path) for table in _layouts(desk) for path in find(desk.raw, table.name)}
    yield
    check_unchanged(before)


def _layouts(desk: Desk) -> list[layout.Layout]:
    outcomes = layout.outcomes(desk.contract)
    return [layout.customers(desk.contract), *([outcomes] if outcomes else [])]


def _sorted(desk: Desk) -> tuple[Tables, dict[datetime.date, int], Path]:
    """The raw tables, rows kept by day, and the file of valid rows; what is set aside waits in the engine."""
    tables, views = _judged(desk, _layouts(desk))
    days = set_aside.days(desk.connection, tables.customers, desk.contract)
    fresh = desk.scratch / "valid.parquet"
    kept = [_kept(desk, raw, view) for raw, view in zip(tables.all, views, strict=True)]
    write_query(desk.connection, sql(_valid(desk, kept, max(days, default=datetime.date(1970, 1, 1)))), fresh)
    set_aside.place(desk.connection, [s for raw in tables.all for s in raw.sources], desk.raw)
    return tables, days, fresh


def _judged(desk: Desk, layouts: list[layout.Layout]) -> tuple[Tables, list[View]]:
    """The raw tables, their faulty rows found, and views of the others."""
    tables = Tables(*(opened(desk.connection, desk.raw, one, desk.contract, desk.limits) for one in layouts))
    pairs = list(zip(tables.all, layouts, strict=True))
    judging = set_aside.judge_rows(desk.connection, pairs, desk.contract, desk.limits.max_cell_bytes, desk.aside)
    views = [_view(raw, one, desk.contract) for raw, one in pairs]
    try:
        judging.result()
    except duckdb.Error:
        for raw in tables.all:
            check_readable(desk.connection, raw)
        raise
    return tables, views


def _view(raw: Raw, table: layout.Layout, contract: Contract) -> View:
    """The rows without fault, in the order of files and rows; a view, so that it can be joined.

    The parts are put together here because Ibis does not keep their order.
    """
    name_ = f"{table.name}_kept"
    parts = [kept(t, table, contract, name_) for t in raw.tables]
    query = f"CREATE TEMP VIEW {name(name_)} AS {' UNION ALL '.join(sql(p) for p in parts)}"
    return View(query, ibis.table(parts[0].schema(), name=name_))


def _kept(desk: Desk, raw: Raw, view: View) -> ibis.Table:
    set_aside.mark(desk.connection, raw, view.rows.get_name())
    desk.connection.execute(view.query)
    return view.rows


def _valid(desk: Desk, kept: list[ibis.Table], as_of: datetime.date) -> ibis.Table:
    """The rows kept, with their outcome as it is known on `as_of`, in the order of files and rows."""
    rows, *others = kept
    for recorded in others:
        set_aside.judge_outcomes(desk.connection, recorded, desk.contract)
        rows = joined(rows, recorded, desk.contract).order_by([FILE, ROW])  # a join keeps no order
    rows = counted(rows, desk.contract)
    return labelled(rows, desk.contract, as_of).select(*schema(desk.contract))


if __name__ == "__main__":
    start(run, tidy=False)  # what it makes is freed as it goes, and modules are no garbage
