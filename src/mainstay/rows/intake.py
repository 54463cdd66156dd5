"""Raw files, opened: guarded, their columns compared with the contract, and each a table in the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path

import duckdb
import ibis
import ibis.expr.datatypes as dt
from ibis.backends.sql.datatypes import DuckDBType

from mainstay.params import Validate
from mainstay.refusal import Refusal
from mainstay.rows.contract import Contract
from mainstay.rows.csv_file import Header, Reject, header, to_table
from mainstay.rows.faults import AT, FILE, ROW
from mainstay.rows.files import find
from mainstay.rows.layout import Layout, check
from mainstay.rows.lines import lines_of
from mainstay.rows.table import literal, name
from mainstay.rows.values import READABLE, family

NOTHING = '"NULL"'
"""The type of a column that has no value in its file; it is read as text."""


@dataclass(frozen=True)
class Source:
    """One raw file. The engine reads a CSV once, into `table`, and a Parquet file whenever it needs to.

    `rows` are those the engine has; `rejects` are the records of a CSV that did not fit in.
    """

    path: Path
    table: str | None
    rows: int
    head: Header | None
    rejects: list[Reject]

    @property
    def relation(self) -> str:
        """What SQL may select the file's own columns from."""
        return name(self.table) if self.table else f"read_parquet({literal(self.path)})"

    def places(self, rows: list[int]) -> list[int]:
        """Where the rows (from 0, ascending) stand for people: a CSV's line, or a Parquet row, from 1."""
        if self.head is None:
            return [row + 1 for row in rows]
        return lines_of(self.path, self.head.delimiter, [r.line for r in self.rejects], rows)


@dataclass(frozen=True)
class Raw:
    """A raw table: its files in order, and as tables of one schema each, columns as the files hold them."""

    sources: tuple[Source, ...]
    tables: tuple[ibis.Table, ...]

    @property
    def rows(self) -> int:
        return sum(s.rows + len(s.rejects) for s in self.sources)

    @property
    def starts(self) -> list[int]:
        """Where each file's rows begin among those of all files, and after the last where they end."""
        return _starts(self.sources)


def opened(connection: duckdb.DuckDBPyConnection, raw: Path, layout: Layout, contract: Contract, caps: Validate) -> Raw:
    """Open the files of one raw table. Raises Refusal where there are none, and as `opened_files` does."""
    return opened_files(connection, find(raw, layout.name), layout, contract, caps)


def opened_files(
    connection: duckdb.DuckDBPyConnection, paths: list[Path], layout: Layout, contract: Contract, caps: Validate
) -> Raw:
    """Open these files as one raw table, in their order.

    Raises Refusal where a file cannot be read, differs from the contract, is too big, or none has a row.
    """
    blanks, sources = contract.blanks, []
    for i, path in enumerate(paths):
        sources.append(_source(connection, path, layout, blanks, caps, f"{layout.name} csv {i}"))
    for source in sources:
        if source.rows + len(source.rejects) == 0:
            raise Refusal(f"{source.path}: holds a header but no rows; complete or remove it")
    raw_table = Raw(tuple(sources), _tables(connection, sources, layout))
    if raw_table.rows > caps.max_rows:
        raise Refusal(
            f"{paths[0].parent}: its {layout.name} are {raw_table.rows} rows; validate.max_rows allows {caps.max_rows}"
        )
    return raw_table


def check_readable(connection: duckdb.DuckDBPyConnection, raw: Raw) -> None:
    """Raises Refusal that names the file whose pages cannot be read, after the engine stumbled over one."""
    for source in raw.sources:
        _ask(connection, f"SELECT bit_xor(hash(COLUMNS(*))) FROM {source.relation}", source.path)  # noqa: S608


def _source(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    blanks: tuple[str, ...],
    caps: Validate,
    table: str,
) -> Source:
    if path.suffix.lower() == ".parquet":
        _check_size(connection, path, caps)
        return Source(path, None, _count(connection, path), None, [])
    head = header(path, layout)
    rejects = to_table(connection, path, head, layout, blanks, table)
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {name(table)}").fetchall()  # noqa: S608
    return Source(path, table, rows, head, rejects)


def _check_size(connection: duckdb.DuckDBPyConnection, path: Path, caps: Validate) -> None:
    """Judge a Parquet file by its own metadata, before any page is unpacked."""
    query = f"SELECT sum(total_uncompressed_size), sum(total_compressed_size) FROM parquet_metadata({literal(path)})"  # noqa: S608
    ((unpacked, packed),) = _ask(connection, query, path)
    rows = _count(connection, path)
    if unpacked and unpacked > caps.max_expansion * max(packed, 1):
        raise Refusal(
            f"{path}: would unpack to {unpacked / packed:.0f} times its size; "
            f"validate.max_expansion allows {caps.max_expansion:g}"
        )
    if rows > caps.max_rows:
        raise Refusal(f"{path}: holds {rows} rows; validate.max_rows allows {caps.max_rows}")


def _count(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    query = f"SELECT num_rows FROM parquet_file_metadata({literal(path)})"  # noqa: S608
    ((rows,),) = _ask(connection, query, path)
    return rows


def _tables(connection: duckdb.DuckDBPyConnection, sources: list[Source], layout: Layout) -> tuple[ibis.Table, ...]:
    """A view, and its table, for each run of files of one format whose columns have the same types."""
    typed = [(_types(connection, s, layout), s) for s in sources]
    start = dict(zip((s.path for s in sources), _starts(sources), strict=False))
    tables = []
    for number, ((types, _), run) in enumerate(groupby(typed, key=lambda pair: (pair[0], pair[1].table is None))):
        view = f"{layout.name}_{number}"
        columns = ", ".join(_column(c, type_) for c, type_ in types.items())
        connection.execute(f"CREATE TEMP VIEW {name(view)} AS {_rows(columns, [s for _, s in run], start)}")
        schema = {c: _read(type_) for c, type_ in types.items()}
        tables.append(ibis.table(schema | {FILE: "string", ROW: "int64", AT: "int64"}, name=view))
    return tuple(tables)


def _rows(columns: str, run: list[Source], start: dict[Path, int]) -> str:
    """The rows of files of one format, each with its file and its places, as SQL; in order."""
    if run[0].table is None:
        read = f"read_parquet({literal(s.path for s in run)}, filename = true, file_row_number = true)"
        first = f"CASE filename {' '.join(f'WHEN {literal(s.path)} THEN {start[s.path]}' for s in run)} END"
        places = f"filename AS {FILE}, file_row_number AS {ROW}, {first} + file_row_number AS {AT}"
        return f"SELECT {columns}, {places} FROM {read}"  # noqa: S608
    return " UNION ALL ".join(
        f"SELECT {columns}, {literal(s.path)} AS {FILE}, rowid AS {ROW}, {start[s.path]} + rowid AS {AT} "  # noqa: S608
        f"FROM {s.relation}"
        for s in run
    )


def _starts(sources: Sequence[Source]) -> list[int]:
    return list(accumulate((s.rows for s in sources), initial=0))


def _types(connection: duckdb.DuckDBPyConnection, source: Source, layout: Layout) -> dict[str, str]:
    """The engine's type of each column wanted. Raises Refusal where columns differ, or cannot hold their kind."""
    query = f"DESCRIBE SELECT * FROM {source.relation}"  # noqa: S608
    held = {row[0]: row[1] for row in _ask(connection, query, source.path)}
    check(layout, list(held), str(source.path))
    for column in layout.columns:
        if family(_read(held[column.name])) not in READABLE[column.kind]:
            raise Refusal(
                f"{source.path}: column {column.name!r} holds {held[column.name]}, "
                f"from which no {column.kind} can be read; convert it, or correct its kind in data/contract.yaml"
            )
    return {c.name: held[c.name] for c in layout.columns}


def _read(type_: str) -> dt.DataType:
    return dt.string if type_ == NOTHING else DuckDBType.from_string(type_)


def _column(column: str, type_: str) -> str:
    return f"CAST({name(column)} AS VARCHAR) AS {name(column)}" if type_ == NOTHING else name(column)


def _ask(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> list[tuple]:
    try:
        return connection.execute(query).fetchall()
    except duckdb.Error as error:
        raise Refusal(f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}; export it again") from error
