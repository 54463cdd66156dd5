"""What was set aside and why, for people: on the terminal, or as a CSV file that is safe to open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from mainstay.refusal import Refusal
from mainstay.rows.escaped import escaped, write_rows
from mainstay.rows.set_aside import COLUMNS, fetched
from mainstay.rows.table import engine, literal


@dataclass(frozen=True)
class SetAside:
    """Rows set aside: how many for which column and reason, the most frequent first, and the first rows."""

    rows: int
    reasons: list[tuple[str, str, int]]
    first: list[tuple[str, int, str, str | None, str]]


def read(quarantine: Path, limit: int) -> SetAside:
    """What the file holds, with its first `limit` rows."""
    with engine() as connection:
        table = _table(connection, quarantine)
        query = f'SELECT "column", reason, count(*) n FROM {table} GROUP BY ALL ORDER BY n DESC, "column", reason'  # noqa: S608
        reasons = connection.execute(query).fetchall()
        first = connection.execute(f"{_select(table)} LIMIT {limit:d}").fetchall()
    return SetAside(sum(n for *_, n in reasons), reasons, first)


def shown(found: SetAside) -> str:
    """The text for a terminal."""
    if not found.rows:
        return "Nothing was set aside."
    reasons = [f"{n:>8}  {_named(column)}{escaped(reason)}" for column, reason, n in found.reasons]
    first = [_line(*row) for row in found.first]
    more = [f"... and {found.rows - len(first)} more; --csv FILE writes them all"] if found.rows > len(first) else []
    advice = "Mend the files or data/contract.yaml, then `dvc repro`: all rows are judged anew."
    return "\n".join([f"{found.rows} rows were set aside:", *reasons, "", *first, *more, "", advice])


def write_csv(quarantine: Path, to: Path) -> None:
    """All rows as CSV, escaped, in order."""
    with engine() as connection:
        found = connection.execute(_select(_table(connection, quarantine)))
        write_rows(COLUMNS, fetched(found), to)


def _line(file: str, row: int, column: str, seen: str | None, reason: str) -> str:
    value = "" if seen is None else f" ({escaped(seen)[:60]!s})"
    return f"{escaped(file)}:{row}: {_named(column)}{escaped(reason)}{value}"


def _named(column: str) -> str:
    return f"{escaped(column)} " if column else ""


def _table(connection: duckdb.DuckDBPyConnection, quarantine: Path) -> str:
    table = f"read_parquet({literal(quarantine)})"
    try:
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall()  # noqa: S608
    except duckdb.Error as error:
        raise Refusal(
            f"{quarantine}: cannot be read: {str(error).splitlines()[0]}; run `dvc repro validate`"
        ) from error
    return table


def _select(table: str) -> str:
    columns = ", ".join(f'"{c}"' for c in COLUMNS)
    return f'SELECT {columns} FROM {table} ORDER BY file, "row", "column"'  # noqa: S608
