"""A team's files as one table: CSV as text throughout, Parquet as it is typed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import duckdb
import ibis
from ibis.backends.sql.datatypes import DuckDBType

from mainstay.refusal import Refusal
from mainstay.rows.csv_file import DELIMITERS, LINE_BYTES
from mainstay.rows.files import FORMATS, check_text
from mainstay.rows.table import literal

VIEW = "given"


def expanded(given: Sequence[Path]) -> list[Path]:
    """The files named, and those in the folders named. Raises Refusal on any that cannot be adopted."""
    found = [f for path in given for f in (sorted(path.iterdir()) if path.is_dir() else [path]) if f.name[0] != "."]
    for path in found:
        if not path.is_file():
            raise Refusal(f"{path}: is no file; name CSV or Parquet files, or a folder of them")
        if path.suffix.lower() not in FORMATS:
            raise Refusal(f"{path}: is neither .csv nor .parquet; unpack or convert it")
    names = [path.name for path in found]
    for path in found:
        if names.count(path.name) > 1:
            raise Refusal(f"{path}: another file is called {path.name} too; rename one, as they go to one folder")
    if not found:
        raise Refusal(f"{given[0]}: holds no file; wanted CSV or Parquet")
    if len({path.suffix.lower() for path in found}) > 1:
        raise Refusal(f"{found[0]}: CSV and Parquet are mixed; convert one to the other")
    return found


def opened(
    connection: duckdb.DuckDBPyConnection, files: Sequence[Path], wanted: Sequence[str], scratch: Path
) -> ibis.Table:
    """The files' rows as a table. Raises Refusal where they differ in columns or lack one of those `wanted`."""
    tables = list(files)
    if files[0].suffix.lower() == ".csv":
        tables = [_typeless(connection, path, wanted, scratch / f"{i}.parquet") for i, path in enumerate(files)]
    for table, path in zip(tables, files, strict=True):
        _check_alike(path, files[0], _columns(connection, [table], path), _columns(connection, tables[:1], files[0]))
    types = _columns(connection, tables, files[0])
    _check_names(list(types), wanted, files[0])
    rows = f"read_parquet({literal(tables)}, union_by_name = true)"
    connection.execute(f"CREATE VIEW {VIEW} AS SELECT * FROM {rows}")  # noqa: S608
    return ibis.table(types, name=VIEW)


def _typeless(connection: duckdb.DuckDBPyConnection, path: Path, wanted: Sequence[str], out: Path) -> Path:
    """A CSV file as a Parquet file of texts. Records that do not fit are left out; `validate` names them."""
    check_text(path)
    delimiter, names = _header(path, wanted)
    _check_names(names, wanted, path)
    types = ", ".join(f"{literal(n)}: 'VARCHAR'" for n in names)
    read = f"""read_csv({literal(path)}, columns = {{{types}}}, auto_detect = false, header = true, quote = '"',
        escape = '"', delim = {literal(delimiter)}, max_line_size = {LINE_BYTES}, ignore_errors = true)"""
    try:
        connection.execute(f"COPY (SELECT * FROM {read}) TO {literal(out)} (FORMAT parquet)")  # noqa: S608
    except duckdb.Error as error:
        raise Refusal(f"{path}: cannot be read as CSV: {str(error).splitlines()[0]}") from error
    return out


def _header(path: Path, wanted: Sequence[str]) -> tuple[str, list[str]]:
    """The delimiter that finds most of the columns wanted, and all columns by it."""
    with path.open(encoding="utf-8", newline="") as file:
        first = file.readline(LINE_BYTES).rstrip("\r\n")
    splits = {d: next(csv.reader([first], delimiter=d), []) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: (len(set(wanted) & set(splits[d])), len(splits[d])))
    return best, splits[best]


def _columns(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], source: Path) -> dict[str, object]:
    query = f"DESCRIBE SELECT * FROM read_parquet({literal(files)}, union_by_name = true)"  # noqa: S608
    try:
        return {row[0]: DuckDBType.from_string(row[1]) for row in connection.execute(query).fetchall()}
    except duckdb.Error as error:
        raise Refusal(f"{source}: cannot be read as Parquet: {str(error).splitlines()[0]}; export it again") from error


def _check_alike(path: Path, first: Path, here: dict[str, object], there: dict[str, object]) -> None:
    for column in sorted(set(here) ^ set(there)):
        raise Refusal(f"{path}: column {column!r} stands here or in {first} alone; bring the files to one shape")


def _check_names(names: Sequence[str], wanted: Sequence[str], path: Path) -> None:
    for column in wanted:
        if column not in names:
            raise Refusal(f"{path}: no column {column!r}; saw {', '.join(names)}")
    lower = [n.lower() for n in names]
    for column in names:
        if lower.count(column.lower()) > 1:
            raise Refusal(f"{path}: more than one column is called {column!r}, case aside; rename one")
        if not column.strip():
            raise Refusal(f"{path}: a column has no name; name it in the header")
