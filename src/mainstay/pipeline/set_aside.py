"""Raw rows, judged in the engine: which are set aside and why, and where they stand in their files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import ibis
import pyarrow

from mainstay.rows.contract import Contract
from mainstay.rows.duplicates import duplicates, keyed, suspects
from mainstay.rows.faults import FILE, ROW, judge
from mainstay.rows.intake import Raw, Source
from mainstay.rows.layout import Layout
from mainstay.rows.outcome import contradictions
from mainstay.rows.rules import sql
from mainstay.rows.table import literal

FAULTS = ibis.table(
    {FILE: "string", ROW: "int64", "day": "date", "column": "string", "seen": "string", "reason": "string"},
    name="faults",
)
"""The engine's table of faulty rows, each with its first fault."""

REJECTS = pyarrow.schema(
    [("file", "string"), ("row", "int64"), ("column", "string"), ("seen", "string"), ("reason", "string")]
)

QUARANTINE = """
    SELECT name AS file, coalesce(place, __row + 1) AS "row", "column", seen, reason
    FROM faults JOIN names USING (__file) LEFT JOIN places USING (__file, __row)
    UNION ALL SELECT * FROM rejects
    ORDER BY file, "row", "column"
"""


def judge_rows(
    connection: duckdb.DuckDBPyConnection, raw: Raw, layout: Layout, contract: Contract, max_cell_bytes: int
) -> None:
    """Fill `faults` with the rows that break the contract by themselves."""
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS faults "
        '(__file VARCHAR, __row BIGINT, day DATE, "column" VARCHAR, seen VARCHAR, reason VARCHAR)'
    )
    for table in raw.tables:
        _add(connection, judge(table, layout, contract, max_cell_bytes))


def judge_ids(connection: duckdb.DuckDBPyConnection, customers: Raw, contract: Contract) -> None:
    """Add to `faults` the rows whose id stands more than once on one day, all of them."""
    keys = union(keyed(t, contract) for t in customers.tables)
    connection.execute(f"CREATE TEMP TABLE suspects AS {sql(suspects(keys))}")
    if connection.execute("SELECT 1 FROM suspects LIMIT 1").fetchall():
        suspected = ibis.table({"key": keys.key.type()}, name="suspects")
        _add(connection, duplicates(keys, suspected, contract).anti_join(FAULTS, [FILE, ROW]))


def judge_outcomes(connection: duckdb.DuckDBPyConnection, outcomes: ibis.Table, contract: Contract) -> None:
    """Add to `faults` the outcomes, so far without fault, that contradict each other."""
    _add(connection, contradictions(outcomes, contract))


def days(connection: duckdb.DuckDBPyConnection, raw: Raw, contract: Contract) -> dict:
    """Rows kept of each observation date, in order of dates; empty where undated."""
    if contract.observed_on is None:
        return {}
    read = union(keyed(t, contract) for t in raw.tables)
    kept = dict(connection.execute(sql(read.group_by("day").aggregate(rows=read.count()))).fetchall())
    for day, rows in connection.execute(sql(FAULTS.group_by("day").aggregate(rows=FAULTS.count()))).fetchall():
        kept[day] = kept.get(day, 0) - rows
    return {day: kept[day] for day in sorted(d for d in kept if d is not None) if kept[day] > 0}


def place(connection: duckdb.DuckDBPyConnection, sources: Iterable[Source], raw: Path) -> None:
    """Make ready for QUARANTINE: the files' names below `raw`, lines of CSV files, and rejected records."""
    connection.execute("CREATE TEMP TABLE names (__file VARCHAR, name VARCHAR)")
    connection.execute("CREATE TEMP TABLE places (__file VARCHAR, __row BIGINT, place BIGINT)")
    rejects = []
    for source in sources:
        name, file = str(source.path.relative_to(raw)), literal(source.parquet)
        connection.execute("INSERT INTO names VALUES (?, ?)", [str(source.parquet), name])
        rejects += [(name, r.line, r.column, r.seen, r.reason) for r in source.rejects]
        if source.head is not None:
            _place_lines(connection, source, file)
    columns = list(zip(*rejects, strict=True)) or [[]] * len(REJECTS)
    connection.register("rejects", pyarrow.table(list(map(list, columns)), schema=REJECTS))


def union(tables: Iterable[ibis.Table]) -> ibis.Table:
    """All rows of the tables, in any order."""
    first, *rest = tables
    return ibis.union(first, *rest) if rest else first


def _place_lines(connection: duckdb.DuckDBPyConnection, source: Source, file: str) -> None:
    query = f"SELECT __row FROM faults WHERE __file = {file} ORDER BY __row"  # noqa: S608
    rows = [row for (row,) in connection.execute(query).fetchall()]
    lines = pyarrow.table({"r": rows, "place": source.places(rows)}, schema=_LINES)
    connection.register("lines", lines)
    connection.execute(f"INSERT INTO places SELECT {file}, r, place FROM lines")  # noqa: S608
    connection.unregister("lines")


_LINES = pyarrow.schema([("r", "int64"), ("place", "int64")])


def _add(connection: duckdb.DuckDBPyConnection, found: ibis.Table) -> None:
    columns = ", ".join(f'"{c}"' for c in FAULTS.columns)
    connection.execute(f"INSERT INTO faults SELECT {columns} FROM ({sql(found)})")  # noqa: S608
