"""A book of customers in any file that `validate` reads, judged by the same rules: rows to score, and faulty ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from mainstay.params import Validate
from mainstay.rows import set_aside
from mainstay.rows.contract import Contract
from mainstay.rows.csv_file import header
from mainstay.rows.escaped import write_rows
from mainstay.rows.faults import FILE, ROW, kept
from mainstay.rows.intake import Raw, check_readable, opened_files
from mainstay.rows.layout import Layout, to_score
from mainstay.rows.rules import sql
from mainstay.rows.table import engine
from mainstay.rows.typed_book import BATCH_ROWS

FAULTY = "faulty"


@dataclass(frozen=True)
class JudgedBook:
    """The rows of a file, of which some may be faulty. Lives as long as its connection."""

    connection: duckdb.DuckDBPyConnection
    layout: Layout
    rows: int
    faulty: int
    tables: tuple[ibis.Table, ...]
    contract: Contract

    @property
    def id_type(self) -> pa.DataType:
        return pa.string()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows without fault as contract values, in the file's order."""
        for table in self.tables:
            query = sql(kept(table, self.layout, self.contract, FAULTY).drop(FILE, ROW))
            yield from self.connection.sql(query).to_arrow_reader(BATCH_ROWS)

    def write_faulty(self, to: Path) -> None:
        """File, row, column, what was seen and the reason of every faulty row, as CSV, escaped, in order."""
        write_rows(set_aside.COLUMNS, set_aside.fetched(self.connection.execute(set_aside.QUARANTINE)), to)

    def check(self, batch: pa.RecordBatch) -> None:
        """Its rows are judged already."""


@contextmanager
def judged_book(path: Path, contract: Contract, caps: Validate) -> Iterator[JudgedBook]:
    """The book in a CSV or Parquet file. Raises Refusal where it cannot be read, or lacks a column."""
    layout = to_score(contract, _held(path, contract))
    dated = any(c.name == contract.observed_on for c in layout.columns)
    contract = replace(contract, columns=contract.features, observed_on=contract.observed_on if dated else None)
    with engine(caps.memory_limit_mb) as connection:
        connection.execute("SET disabled_optimizers = 'in_clause'")  # it makes long lists joins, which keep no order
        raw = opened_files(connection, [path], layout, contract, caps)
        _judge(connection, raw, layout, contract, caps)
        set_aside.mark(connection, raw, FAULTY)
        set_aside.place(connection, raw.sources, path.parent)
        ((faulty,),) = connection.execute(f"SELECT count(*) FROM ({set_aside.QUARANTINE})").fetchall()  # noqa: S608
        yield JudgedBook(connection, layout, raw.rows, faulty, raw.tables, contract)


def _judge(connection: duckdb.DuckDBPyConnection, raw: Raw, layout: Layout, contract: Contract, caps: Validate) -> None:
    try:
        set_aside.judge_alone(connection, raw, layout, contract, caps.max_cell_bytes)
    except duckdb.Error:
        check_readable(connection, raw)
        raise


def _held(path: Path, contract: Contract) -> tuple[str, ...]:
    """The file's columns; of one that cannot be read none, which will be told when it is opened."""
    if path.suffix.lower() != ".parquet":
        return header(path, to_score(contract, ())).names
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return ()
