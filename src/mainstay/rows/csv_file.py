"""A CSV file, read once into a typed table of the engine; only the records that do not fit are looked at again."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from mainstay.refusal import Refusal
from mainstay.rows.contract import Column
from mainstay.rows.faults import SEEN_CHARACTERS, WANTED
from mainstay.rows.files import check_beginning, check_text
from mainstay.rows.layout import Layout, check
from mainstay.rows.lines import cells, lines_at
from mainstay.rows.table import literal, name

DELIMITERS = ",;\t|"
TYPES = {"integer": "DOUBLE", "number": "DOUBLE", "category": "VARCHAR", "boolean": "VARCHAR", "date": "DATE"}
"""How cells are parsed. The engine rounds 1.5 to an integer in silence, so integers come in as DOUBLE."""

LINE_BYTES = 1 << 22
"""A longer line is rejected: it is a file without line ends, or a bomb."""


@dataclass(frozen=True)
class Reject:
    """A record that does not fit: its line, and the first column that does not, as in quarantine."""

    line: int
    column: str
    seen: str
    reason: str


@dataclass(frozen=True)
class Header:
    """What the first line says: how the file is written, and its columns in their order."""

    delimiter: str
    names: tuple[str, ...]


def header(path: Path, layout: Layout) -> Header:
    """The header, split by the delimiter that finds most of the columns wanted. Raises Refusal if they differ."""
    check_beginning(path)
    with path.open("rb") as file:
        line = file.readline(LINE_BYTES)
    try:
        first = line.decode("utf-8")
    except UnicodeDecodeError:
        check_text(path)
        raise
    wanted = {c.name for c in layout.columns}
    splits = {d: next(csv.reader([first.rstrip("\r\n")], delimiter=d), []) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: len(wanted & set(splits[d])))
    check(layout, splits[best], str(path))
    return Header(best, tuple(splits[best]))


def to_table(
    connection: duckdb.DuckDBPyConnection, path: Path, head: Header, layout: Layout, blanks: tuple[str, ...], table: str
) -> list[Reject]:
    """Make a table of the columns wanted, typed, in the file's order; return the records that do not fit.

    The engine keeps the table in memory, and spills what is above its limit.
    """
    columns = {c.name: c for c in layout.columns}
    types = ", ".join(f"{literal(n)}: '{TYPES[columns[n].kind] if n in columns else 'VARCHAR'}'" for n in head.names)
    connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    read = f"""read_csv({literal(path)}, columns = {{{types}}}, auto_detect = false, header = true,
        delim = {literal(head.delimiter)}, quote = '"', escape = '"', nullstr = {literal(blanks or ("",))},
        max_line_size = {LINE_BYTES}, store_rejects = true, rejects_limit = 0)"""
    selected = ", ".join(name(c) for c in columns)
    try:
        connection.execute(f"CREATE TEMP TABLE {name(table)} AS SELECT {selected} FROM {read}")  # noqa: S608
    except duckdb.Error as error:
        raise Refusal(f"{path}: cannot be read as CSV: {str(error).splitlines()[0]}") from error
    return _rejects(connection, path, head, columns)


def _rejects(
    connection: duckdb.DuckDBPyConnection, path: Path, head: Header, columns: dict[str, Column]
) -> list[Reject]:
    """The first error of each rejected record. The line is counted anew: the engine's is early after a quoted one."""
    errors = connection.execute("""
        SELECT line_byte_position - 1, column_idx, error_type::VARCHAR, csv_line FROM reject_errors
        QUALIFY row_number() OVER (PARTITION BY line_byte_position ORDER BY column_idx) = 1
        ORDER BY line_byte_position""").fetchall()
    if errors:
        check_text(path)  # what is not UTF-8 is refused as a whole, not row by row
    lines = lines_at(path, [offset for offset, *_ in errors])
    return [_reject(path, line, error, head, columns) for line, (_, *error) in zip(lines, errors, strict=True)]


def _reject(path: Path, line: int, error: list, head: Header, columns: dict[str, Column]) -> Reject:
    index, kind, text = error
    if kind == "UNQUOTED VALUE" and "\n" in text.strip("\r\n"):
        raise Refusal(f"{path}:{line}: a quote is opened and never closed, so rows cannot be told apart; close it")
    record = cells(text, head.delimiter)
    if kind == "CAST" and index <= len(record):
        column = head.names[index - 1]
        return Reject(line, column, _short(record[index - 1]), f"is text, wanted {WANTED[columns[column].kind]}")
    return Reject(line, "", _short(text.strip("\r\n")), _misshapen(kind, len(record), len(head.names)))


def _short(text: str) -> str:
    return text[:SEEN_CHARACTERS]


def _misshapen(kind: str, cells_seen: int, cells_wanted: int) -> str:
    if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        return f"has {cells_seen} cells, wanted {cells_wanted}"
    if kind == "UNQUOTED VALUE":
        return "has a quote that does not end its cell"
    return f"cannot be read: {kind.lower()}"
