"""Raw rows, judged in the engine: which are set aside and why, and where they stand in their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

import duckdb
import ibis

from mainstay.rows.contract import Contract
from mainstay.rows.duplicates import duplicates, keyed, suspects
from mainstay.rows.faults import FILE, ROW, day_of, judge
from mainstay.rows.intake import Raw, Source
from mainstay.rows.layout import Layout
from mainstay.rows.outcome import contradictions
from mainstay.rows.rules import sql
from mainstay.rows.table import name

FAULTS = ibis.table(
    {FILE: "string", ROW: "int64", "day": "date", "column": "string", "seen": "string", "reason": "string"},
    name="faults",
)
"""The engine's table of faulty rows, each with its first fault."""

QUARANTINE = """
    SELECT name AS file, coalesce(place, __row + 1) AS "row", "column", seen, reason
    FROM faults JOIN names USING (__file) LEFT JOIN places USING (__file, __row)
    UNION ALL SELECT * FROM rejects
    ORDER BY file, "row", "column"
"""


COLUMNS = ("file", "row", "column", "seen", "reason")
"""What QUARANTINE gives."""


def judge_rows(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[tuple[Raw, Layout]],
    contract: Contract,
    max_cell_bytes: int,
    aside: Executor,
) -> Future[None]:
    """Fill `faults` with the rows that break the contract by themselves, and with ids that stand twice on one day.

    `tables` are the customers and, where they are apart, the outcomes. The engine works in `aside`, and nobody else
    may use the connection until what is given back is done: it counts ids while Ibis, which needs about as long,
    writes the rules as SQL, and then judges.
    """
    ((customers, _), *_) = tables
    keys = union(keyed(t, contract) for t in customers.tables)
    counting = aside.submit(connection.execute, f"CREATE TEMP TABLE suspects AS {sql(suspects(keys))}")
    found = [sql(judge(t, layout, contract, max_cell_bytes)) for raw, layout in tables for t in raw.tables]
    return aside.submit(_judge, counting, connection, found, keys, contract)


def _judge(
    counting: Future, connection: duckdb.DuckDBPyConnection, found: list[str], keys: ibis.Table, contract: Contract
) -> None:
    counting.result()
    _fill(connection, found)
    _judge_ids(connection, keys, contract)


def judge_alone(
    connection: duckdb.DuckDBPyConnection, raw: Raw, layout: Layout, contract: Contract, max_cell_bytes: int
) -> None:
    """Fill `faults` with the rows of one table that break the contract by themselves; ids may repeat."""
    _fill(connection, [sql(judge(t, layout, contract, max_cell_bytes)) for t in raw.tables])


def _fill(connection: duckdb.DuckDBPyConnection, queries: Iterable[str]) -> None:
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS faults "
        '(__file VARCHAR, __row BIGINT, day DATE, "column" VARCHAR, seen VARCHAR, reason VARCHAR)'
    )
    for query in queries:
        _add(connection, query)


def _judge_ids(connection: duckdb.DuckDBPyConnection, keys: ibis.Table, contract: Contract) -> None:
    """Add to `faults` the rows whose id stands more than once on one day, all of them."""
    if connection.execute("SELECT 1 FROM suspects LIMIT 1").fetchall():
        suspected = ibis.table({"key": keys.key.type()}, name="suspects")
        _add(connection, sql(duplicates(keys, suspected, contract).anti_join(FAULTS, [FILE, ROW])))


def mark(connection: duckdb.DuckDBPyConnection, raw: Raw, variable: str) -> None:
    """Set the connection's variable to one bit a row of the raw table: 1 where it is among `faults`."""
    *starts, rows = raw.starts
    connection.execute("CREATE OR REPLACE TEMP TABLE starts (__file VARCHAR, start BIGINT)")
    _insert(connection, "starts", [(str(s.path), start) for s, start in zip(raw.sources, starts, strict=True)])
    places = "SELECT start + __row AS place FROM faults JOIN starts USING (__file)"
    bits = f"coalesce(bitstring_agg(place, 0, {max(rows - 1, 1)}), bitstring('0', {max(rows, 1)}))"
    connection.execute(f"SET VARIABLE {name(variable)} = (SELECT {bits} FROM ({places}))")  # noqa: S608


def judge_outcomes(connection: duckdb.DuckDBPyConnection, outcomes: ibis.Table, contract: Contract) -> None:
    """Add to `faults` the outcomes, so far without fault, that contradict each other."""
    _add(connection, sql(contradictions(outcomes, contract)))


def days(connection: duckdb.DuckDBPyConnection, raw: Raw, contract: Contract) -> dict:
    """Rows kept of each observation date, in order of dates; empty where undated."""
    if contract.observed_on is None:
        return {}
    read = union(t.select(day=day_of(t, contract)) for t in raw.tables)
    kept = dict(connection.execute(sql(read.group_by("day").aggregate(rows=read.count()))).fetchall())
    for day, rows in connection.execute(sql(FAULTS.group_by("day").aggregate(rows=FAULTS.count()))).fetchall():
        kept[day] = kept.get(day, 0) - rows
    return {day: kept[day] for day in sorted(d for d in kept if d is not None) if kept[day] > 0}


def place(connection: duckdb.DuckDBPyConnection, sources: Iterable[Source], raw: Path) -> None:
    """Make ready for QUARANTINE: the files' names below `raw`, lines of CSV files, and rejected records."""
    connection.execute("CREATE TEMP TABLE names (__file VARCHAR, name VARCHAR)")
    connection.execute("CREATE TEMP TABLE places (__file VARCHAR, __row BIGINT, place BIGINT)")
    connection.execute(
        'CREATE TEMP TABLE rejects (file VARCHAR, "row" BIGINT, "column" VARCHAR, seen VARCHAR, reason VARCHAR)'
    )
    for source in sources:
        file, called = str(source.path), str(source.path.relative_to(raw))
        _insert(connection, "names", [(file, called)])
        _insert(connection, "rejects", [(called, r.line, r.column, r.seen, r.reason) for r in source.rejects])
        if source.head is not None:
            faulty = connection.execute("SELECT __row FROM faults WHERE __file = ? ORDER BY __row", [file]).fetchall()
            rows = [row for (row,) in faulty]
            _insert(connection, "places", [(file, *both) for both in zip(rows, source.places(rows), strict=True)])


def fetched(found: duckdb.DuckDBPyConnection) -> Iterator[tuple]:
    """The rows that were asked for, some at a time."""
    while some := found.fetchmany(10_000):
        yield from some


def union(tables: Iterable[ibis.Table]) -> ibis.Table:
    """All rows of the tables, in any order."""
    first, *rest = tables
    return ibis.union(first, *rest) if rest else first


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    """Insert the rows column by column, which is much faster than one by one."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)


def _add(connection: duckdb.DuckDBPyConnection, found: str) -> None:
    columns = ", ".join(f'"{c}"' for c in FAULTS.columns)
    connection.execute(f"INSERT INTO faults SELECT {columns} FROM ({found})")  # noqa: S608
