"""The valid rows and the ones set aside, counted."""

from __future__ import annotations

import datetime
import functools
import operator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import ibis
import numpy as np

from mainstay.evidence.leak import separations
from mainstay.params import Validate
from mainstay.pipeline.data_quality import Findings
from mainstay.rows.contract import OUTCOME, Contract
from mainstay.rows.faults import ROW
from mainstay.rows.fingerprint import scattered
from mainstay.rows.intake import Raw
from mainstay.rows.outcome import mature_until
from mainstay.rows.rules import encode, schema, sql
from mainstay.rows.table import literal, name

LEAK_ROWS = 10_000
"""Leaks are looked for on about this many leavers, and as many stayers, or on all where there are fewer."""


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
    rows = _viewed(connection, valid, contract)
    left, stayed = _outcomes(connection)
    X, churned = _known(connection, rows, left, stayed, contract)
    with ThreadPoolExecutor(1) as aside:  # the engine counts while numpy looks for leaks
        counting = aside.submit(_counted, connection, rows, days, contract)
        found = separations(X, churned, contract, limits.leak_auc)
        columns = counting.result()
    return Findings(
        read=customers.rows,
        quarantined=_set_aside(connection, customers),
        faults=_faults(connection),
        kept=columns["rows"],
        left=left,
        stayed=stayed,
        missing={c.name: columns.get(f"missing {c.name}", 0) for c in contract.used},
        unknown={c.name: columns[f"unknown {c.name}"] for c in contract.used if c.kind == "category"},
        months={day.isoformat(): rows for day, rows in days.items()},
        leavers=_leavers(connection, contract),
        mature=columns["mature"],
        without_outcome=columns["without_outcome"],
        searched=(int((churned == 1).sum()), int((churned == 0).sum())),
        separations=found,
        outcomes_read=outcomes.rows if outcomes else 0,
        outcomes_quarantined=_set_aside(connection, outcomes) if outcomes else 0,
    )


def _viewed(connection: duckdb.DuckDBPyConnection, valid: Path, contract: Contract) -> ibis.Table:
    """The valid rows, each with its place."""
    read = f"read_parquet({literal(valid)}, file_row_number = true)"
    connection.execute(f"CREATE TEMP VIEW valid AS SELECT * RENAME (file_row_number AS {ROW}) FROM {read}")  # noqa: S608
    return ibis.table(schema(contract) | {ROW: "int64"}, name="valid")


def _outcomes(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many left, and how many stayed."""
    query = f"SELECT count(*) FILTER ({OUTCOME} = 1), count(*) FILTER ({OUTCOME} = 0) FROM valid"  # noqa: S608
    ((left, stayed),) = connection.execute(query).fetchall()
    return left, stayed


def _counted(
    connection: duckdb.DuckDBPyConnection, rows: ibis.Table, days: dict[datetime.date, int], contract: Contract
) -> dict[str, int]:
    """Rows, outcomes due, and missing and unknown values of each column that may have any.

    Unknown ones are seldom, and are told apart only where there are some.
    """
    categories = {f"unknown {c.name}": rows[c.name].notin(c.values) for c in contract.used if c.kind == "category"}
    counts = _answer(connection, _counts(rows, days, contract, list(categories.values())))
    unknown = dict.fromkeys(categories, 0)
    if counts.pop("unknown"):
        unknown = _answer(connection, rows.aggregate(**{n: rows.count(where=which) for n, which in categories.items()}))
    return counts | unknown


def _answer(connection: duckdb.DuckDBPyConnection, question: ibis.Table) -> dict[str, int]:
    """The one row of a question, by column."""
    return dict(zip(question.columns, connection.execute(sql(question)).fetchall()[0], strict=True))


def _counts(
    rows: ibis.Table, days: dict[datetime.date, int], contract: Contract, unknown: list[ibis.BooleanValue]
) -> ibis.Table:
    mature = _mature(rows, days, contract)
    wanted = {f"missing {c.name}": rows[c.name].isnull() for c in contract.used if c.missing > 0}
    wanted |= {"mature": mature, "without_outcome": mature & rows[OUTCOME].isnull()}
    wanted["unknown"] = functools.reduce(operator.or_, unknown, ibis.literal(False))
    return rows.aggregate(rows=rows.count(), **{name: rows.count(where=which) for name, which in wanted.items()})


def _leavers(connection: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, tuple[int, int]]:
    """Who left, and rows whose outcome is known, of each observation date that has any; empty where undated."""
    if contract.observed_on is None:
        return {}
    day = name(contract.observed_on)
    counts = f"sum({OUTCOME})::BIGINT, count({OUTCOME})"
    query = f"SELECT {day}, {counts} FROM valid WHERE {OUTCOME} IS NOT NULL GROUP BY 1 ORDER BY 1"  # noqa: S608
    return {day.isoformat(): (left, known) for day, left, known in connection.execute(query).fetchall()}


def _set_aside(connection: duckdb.DuckDBPyConnection, raw: Raw) -> int:
    files = literal(str(s.path) for s in raw.sources)
    ((rows,),) = connection.execute(f"SELECT count(*) FROM faults WHERE __file IN {files}").fetchall()  # noqa: S608
    return rows + sum(len(s.rejects) for s in raw.sources)


def _faults(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """Column, reason and rows of each fault, the most frequent first."""
    both = 'SELECT "column", reason FROM faults UNION ALL SELECT "column", reason FROM rejects'
    query = f'SELECT "column", reason, count(*) AS n FROM ({both}) GROUP BY ALL ORDER BY n DESC, "column", reason'  # noqa: S608
    return connection.execute(query).fetchall()


def _mature(rows: ibis.Table, days: dict[datetime.date, int], contract: Contract) -> ibis.BooleanValue:
    if contract.observed_on is None or not days:
        return ibis.literal(True)
    return rows[contract.observed_on] <= ibis.literal(mature_until(max(days), contract), "date")


def _known(
    connection: duckdb.DuckDBPyConnection, rows: ibis.Table, left: int, stayed: int, contract: Contract
) -> tuple[np.ndarray, np.ndarray]:
    """The matrix and outcomes of some leavers and some stayers, chosen by a hash of their place.

    An AUC is the same whatever share of each is taken.
    """
    top = ibis.ifelse(rows[OUTCOME] == 1, *(_share_of_hashes(LEAK_ROWS, side) for side in (left, stayed)))
    chosen = scattered(rows[ROW]) <= top
    part = rows.filter(rows[OUTCOME].notnull() & chosen)
    found = connection.execute(sql(encode(part, contract, (OUTCOME,)))).fetchnumpy()
    return np.column_stack([found[c.name] for c in contract.features]), found[OUTCOME]


def _share_of_hashes(wanted: int, rows: int) -> ibis.Scalar:
    """The hash up to which as many of the rows lie as are wanted, or all of them."""
    most = 2**64 - 1
    return ibis.literal(most * wanted // rows if rows > wanted else most, "uint64")
