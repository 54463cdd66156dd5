"""A team's own past: its raw files cut by observation day, so that each day knows only what was known on it."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from mainstay.refusal import Refusal
from mainstay.replay import hindsight
from mainstay.replay.history import History, Month, RawFile
from mainstay.rows import contract_file, layout
from mainstay.rows.contract import OUTCOME, Contract
from mainstay.rows.csv_file import header
from mainstay.rows.files import find
from mainstay.rows.layout import Layout
from mainstay.rows.table import PARQUET, engine, literal, name

if TYPE_CHECKING:
    import pandas


def history(raw: Path, params: Path, contract: Path, store: Path) -> History:
    """The months of `raw` whose outcomes are known by now. Raises Refusal where rows are undated or cannot be read."""
    terms = contract_file.load(contract)
    if terms.observed_on is None:
        raise Refusal(f"{contract}: has no observed_on; months can only be replayed where rows are dated")
    with engine() as connection:
        files = list(itertools.chain.from_iterable(_cut(connection, raw, store / "raw", t, terms) for t in _all(terms)))
    told = hindsight.rows(files, params, contract, store / "hindsight")
    seen = list(hindsight.by_month(told, terms.observed_on))
    mature = [(day, rows) for day, rows in seen if rows[OUTCOME].notna().all()]
    if not mature:
        raise Refusal(f"{raw}: no month has outcomes yet; wanted {_wait(terms)} days of rows after the first")
    return History(terms, tuple(files), tuple(_month(n, day, rows) for n, (day, rows) in enumerate(mature, 1)))


def _month(number: int, day: datetime.date, rows: pandas.DataFrame) -> Month:
    return Month(number, day, rows.drop(columns=OUTCOME), rows[OUTCOME].to_numpy(dtype=np.float64))


def _all(contract: Contract) -> list[Layout]:
    outcomes = layout.outcomes(contract)
    return [layout.customers(contract), *([outcomes] if outcomes else [])]


def _wait(contract: Contract) -> int:
    return contract.outcome.lead_days + contract.outcome.horizon_days


def _cut(
    connection: duckdb.DuckDBPyConnection, raw: Path, to: Path, table: Layout, contract: Contract
) -> Iterator[RawFile]:
    """One table's files, a file a day. An outcome is known once its row is mature; nobody says when it was recorded."""
    wait = _wait(contract) if table.name == contract.outcome.table else 0
    for path in find(raw, table.name):
        relation = _relation(path, table)
        day = f"TRY_CAST({name(contract.observed_on)} AS DATE)"
        days = f"SELECT DISTINCT {day} AS day FROM {relation} WHERE day IS NOT NULL ORDER BY day"  # noqa: S608
        for (of,) in connection.execute(days).fetchall():
            place = Path(table.name) / f"{of:%Y-%m-%d}-{path.name}"
            (to / place).parent.mkdir(parents=True, exist_ok=True)
            rows = f"SELECT * FROM {relation} WHERE {day} = {literal(str(of))}"  # noqa: S608
            connection.execute(f"COPY ({rows}) TO {literal(to / place)} ({_written(path, table)})")
            yield RawFile(place, to / place, of, of + datetime.timedelta(days=wait))


def _relation(path: Path, table: Layout) -> str:
    """What SQL selects the file's rows from; a CSV's cells stay the text that they are."""
    if path.suffix.lower() == ".parquet":
        return f"read_parquet({literal(path)})"
    delimiter = literal(header(path, table).delimiter)
    return f"read_csv({literal(path)}, all_varchar = true, header = true, delim = {delimiter}, quote = '\"')"


def _written(path: Path, table: Layout) -> str:
    if path.suffix.lower() == ".parquet":
        return PARQUET
    return f"FORMAT csv, HEADER, DELIMITER {literal(header(path, table).delimiter)}"
