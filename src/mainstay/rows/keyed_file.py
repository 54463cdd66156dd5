"""One column of a raw table by customer and observation date: outcomes, or who was treated, as a watcher needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from mainstay.params import Validate
from mainstay.refusal import Refusal
from mainstay.rows import set_aside
from mainstay.rows.contract import Column, Contract
from mainstay.rows.faults import kept
from mainstay.rows.files import find
from mainstay.rows.intake import opened_files
from mainstay.rows.layout import Layout, keys, recorded
from mainstay.rows.rules import sql
from mainstay.rows.table import engine

if TYPE_CHECKING:
    import pandas

VARIABLE = "keyed_kept"


@dataclass(frozen=True)
class Keyed:
    """`frame` has a row a customer and date: id, day (None where undated), first and last of what was recorded,
    and copies, how often. `faulty` rows broke the contract and are not among them.
    """

    frame: pandas.DataFrame
    faulty: int

    @property
    def rows(self) -> int:
        """All rows of the files that had no fault."""
        return int(self.frame["copies"].sum())


def read_outcomes(path: Path, contract: Contract, caps: Validate) -> Keyed:
    """What a file, or a folder of them, records of who left. Raises Refusal where there is none or they are not so."""
    return read(path, contract, recorded(contract), caps)


def read_treated(path: Path, contract: Contract, caps: Validate) -> Keyed:
    """Who was treated, of any table with that column. Raises Refusal where the contract has none."""
    if contract.treated is None:
        raise Refusal(f"{path}: the model's contract knows no treated customers; leave --treated out")
    return read(path, contract, Column(contract.treated.column, "boolean", missing=1), caps)


def read(path: Path, contract: Contract, column: Column, caps: Validate) -> Keyed:
    """One column by the contract's keys; further columns are passed over, and rows where it is missing too."""
    layout = Layout(path.name, (*keys(contract), column), frozenset(), others=True)
    if not path.exists():
        raise Refusal(f"{path}: is not there; wanted a .csv or .parquet file, or a folder of them")
    with engine(caps.memory_limit_mb) as connection:
        raw = opened_files(connection, _files(path), layout, contract, caps)
        set_aside.judge_alone(connection, raw, layout, contract, caps.max_cell_bytes)
        set_aside.mark(connection, raw, VARIABLE)
        parts = " UNION ALL ".join(sql(kept(t, layout, contract, VARIABLE)) for t in raw.tables)
        connection.execute(f"CREATE TEMP VIEW kept_rows AS {parts}")
        types = {c.name: t for c, t in zip(layout.columns, _types(contract, column), strict=True)}
        found = connection.sql(sql(_once(ibis.table(types, name="kept_rows"), contract, column))).to_arrow_table()
        ((faulty,),) = connection.execute("SELECT count(*) FROM faults").fetchall()
        return Keyed(found.to_pandas(date_as_object=False), faulty)


def _once(table: ibis.Table, contract: Contract, column: Column) -> ibis.Table:
    value = table[column.name]
    day = table[contract.observed_on] if contract.observed_on else ibis.null("date")
    known = table.select(id=table[contract.id], day=day, value=value).filter(value.notnull())
    grouped = known.group_by(["id", "day"])
    return grouped.aggregate(first=known.value.min(), last=known.value.max(), copies=known.count()).order_by(
        ["id", "day"]
    )


def _types(contract: Contract, column: Column) -> list[str]:
    kinds = {"category": "string", "boolean": "boolean", "date": "date"}
    return ["string", *(["date"] if contract.observed_on else []), kinds[column.kind]]


def _files(path: Path) -> list[Path]:
    return find(path.parent, path.name) if path.is_dir() else [path]
