"""The valid rows and the ones set aside, counted."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import ibis
import numpy as np

from mainstay.evidence.leak import Separation, separations
from mainstay.params import Validate
from mainstay.pipeline.data_quality import Findings
from mainstay.rows.contract import OUTCOME, Contract
from mainstay.rows.intake import Raw
from mainstay.rows.rules import encode, schema, sql
from mainstay.rows.table import literal

LEAK_ROWS = 50_000
"""Leaks are looked for on about this many rows, chosen by a hash of the id."""


def findings(
    connection: duckdb.DuckDBPyConnection,
    customers: Raw,
    outcomes: Raw | None,
    days: dict[datetime.date, int],
    valid: Path,
    contract: Contract,
    limits: Validate,
) -> Findings:
    """Everything that the verdict goes by."""
    connection.execute(f"CREATE TEMP VIEW valid AS SELECT * FROM read_parquet({literal(valid)})")  # noqa: S608
    rows = ibis.table(schema(contract), name="valid")
    counts = _counts(rows, contract)
    columns = dict(zip(counts.columns, connection.execute(sql(counts)).fetchall()[0], strict=True))
    return Findings(
        read=customers.rows,
        quarantined=_set_aside(connection, customers),
        faults=_faults(connection),
        kept=columns["rows"],
        left=columns["left"],
        stayed=columns["stayed"],
        missing={c.name: columns.get(f"missing {c.name}", 0) for c in contract.used},
        unknown={c.name: columns[f"unknown {c.name}"] for c in contract.used if c.kind == "category"},
        months={day.isoformat(): rows for day, rows in days.items()},
        separations=_separations(connection, rows, columns["left"] + columns["stayed"], contract, limits),
        outcomes_read=outcomes.rows if outcomes else 0,
        outcomes_quarantined=_set_aside(connection, outcomes) if outcomes else 0,
    )


def _counts(rows: ibis.Table, contract: Contract) -> ibis.Table:
    """One row: rows, who left and stayed, and missing and unknown values of the columns that may have any."""
    wanted = {f"missing {c.name}": rows[c.name].isnull() for c in contract.used if c.missing > 0}
    wanted |= {f"unknown {c.name}": rows[c.name].notin(c.values) for c in contract.used if c.kind == "category"}
    wanted |= {"left": rows[OUTCOME] == 1, "stayed": rows[OUTCOME] == 0}
    return rows.aggregate(rows=rows.count(), **{name: rows.count(where=which) for name, which in wanted.items()})


def _set_aside(connection: duckdb.DuckDBPyConnection, raw: Raw) -> int:
    files = literal(str(s.parquet) for s in raw.sources)
    ((rows,),) = connection.execute(f"SELECT count(*) FROM faults WHERE __file IN {files}").fetchall()  # noqa: S608
    return rows + sum(len(s.rejects) for s in raw.sources)


def _faults(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """Column, reason and rows of each fault, the most frequent first."""
    both = 'SELECT "column", reason FROM faults UNION ALL SELECT "column", reason FROM rejects'
    query = f'SELECT "column", reason, count(*) AS n FROM ({both}) GROUP BY ALL ORDER BY n DESC, "column", reason'  # noqa: S608
    return connection.execute(query).fetchall()


def _separations(
    connection: duckdb.DuckDBPyConnection, rows: ibis.Table, known: int, contract: Contract, limits: Validate
) -> list[Separation]:
    """How well each column alone tells who left, on a part of the rows whose outcome is known."""
    step = max(1, known // LEAK_ROWS)
    part = rows.filter(rows[OUTCOME].notnull() & (rows[contract.id].hash() % step == 0))
    found = connection.execute(sql(encode(part, contract, (OUTCOME,)))).fetchnumpy()
    X = np.column_stack([found[c.name] for c in contract.features])
    return separations(X, found[OUTCOME], contract, limits.leak_auc)
