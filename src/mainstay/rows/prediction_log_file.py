"""Logged predictions, read back: compacted Parquet partitions of any fsspec location, and a server's own segments.

ROOT/day=2026-01-01/<segment>.parquet      ROOT/active/<segment>.ndjson
"""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mainstay.refusal import Refusal
from mainstay.rows.contract import Contract
from mainstay.rows.prediction_record import Record, decode
from mainstay.rows.rules import TYPES
from mainstay.rows.table import engine, literal, name

if TYPE_CHECKING:
    import duckdb
    import pandas
    import pyarrow

KEYS = {
    "release": "VARCHAR",
    "scored_at": "TIMESTAMP WITH TIME ZONE",
    "customer": "VARCHAR",
    "observed_on": "DATE",
    "score": "DOUBLE",
}
"""Columns of every logged prediction; the contract's follow, and shadow none of these (`value:` is put before them)."""

VALUE = "value:"
"""Before a contract column's name in a partition, so that one called `score` is not mistaken for the score."""

SQL = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE"}
CHUNK_LINES = 100_000


@dataclass(frozen=True)
class Logged:
    """Predictions by release, time and customer; `skipped` lines were torn or not ours. `frame` has contract types."""

    frame: pandas.DataFrame
    skipped: int


def read_log(root: str, contract: Contract, since: datetime.date | None = None, memory_limit_mb: int = 1000) -> Logged:
    """All predictions below `root`, or those scored on `since` or later: columns KEYS, then the contract's used ones.

    Predictions of nobody, for which no id was given (an acceptance asks so), are left out. A value that a partition
    lacks, or that is not of the contract's kind any more, is NULL. Raises Refusal where
    `root` holds no log at all: an empty log is one whose folder is there.
    """
    if taken := [c.name for c in contract.used if c.name in KEYS]:
        raise Refusal(f"{root}: the contract's column {taken[0]!r} is called as the log's own; rename it there")
    with _local(root, since) as folder, engine(memory_limit_mb) as connection:
        segments = sorted((folder / "active").glob("*.ndjson"))  # first: compacted meanwhile, it is a partition
        partitions = sorted(folder.glob("day=*/*.parquet"))
        open_yet = [path for path in segments if path.stem not in {p.stem for p in partitions}]
        skipped = _segments(connection, open_yet, contract, since)
        wanted = [path for path in partitions if since is None or _day(path) >= since]
        connection.execute(f"CREATE TEMP VIEW compacted AS {_compacted(connection, wanted, contract)}")
        both = "SELECT * FROM compacted UNION ALL SELECT * FROM fresh"
        somebody = f"SELECT * FROM ({both}) WHERE customer <> ''"  # noqa: S608  of names of our own
        found = connection.sql(f"{somebody} ORDER BY release, scored_at, customer, observed_on").to_arrow_reader()
        return Logged(found.read_all().to_pandas(date_as_object=True), skipped)


def records(path: Path) -> Iterator[Record | None]:
    """The predictions of a segment; None for a line that is torn or not ours."""
    with path.open("rb") as file:
        for line in file:
            yield decode(line) if line.endswith(b"\n") else None


def _segments(
    connection: duckdb.DuckDBPyConnection, segments: Iterable[Path], contract: Contract, since: datetime.date | None
) -> int:
    """Makes the table `fresh` of segments; how many lines were skipped."""
    columns = ", ".join(f"{name(c)} {type_}" for c, type_ in {**KEYS, **_wanted(contract)}.items())
    connection.execute(f"CREATE TEMP TABLE fresh ({columns})")
    batch: list[Record] = []
    skipped = 0
    for record in (record for path in segments for record in records(path)):
        if record is None:
            skipped += 1
        elif since is None or _scored_on(record) >= since:
            batch.append(record)
        if len(batch) == CHUNK_LINES:
            _insert(connection, batch, contract)
            batch = []
    _insert(connection, batch, contract)
    return skipped


def _insert(connection: duckdb.DuckDBPyConnection, batch: list[Record], contract: Contract) -> None:
    if not batch:
        return
    connection.register("batch", as_table(batch))
    known = {row[0] for row in connection.execute("DESCRIBE batch").fetchall()}
    connection.execute(f"INSERT INTO fresh {_select('batch', known, contract)}")
    connection.unregister("batch")


def as_table(batch: list[Record]) -> pyarrow.Table:
    """Records as a table of KEYS and every value that any of them holds, each of the narrowest type that holds all."""
    import pyarrow

    rows = [record.values for record in batch]
    names = sorted({column for row in rows for column in row})
    keys = {
        "release": pyarrow.array([r.release for r in batch], pyarrow.string()),
        "scored_at": pyarrow.array([round(r.scored_at_s * 1e6) for r in batch], pyarrow.timestamp("us", "UTC")),
        "customer": pyarrow.array([r.customer for r in batch], pyarrow.string()),
        "observed_on": pyarrow.array([r.observed_on for r in batch], pyarrow.date32()),
        "score": pyarrow.array([r.score for r in batch], pyarrow.float64()),
    }
    return pyarrow.table(keys | {VALUE + n: _array([row.get(n) for row in rows]) for n in names})


def _array(values: list[object]) -> pyarrow.Array:
    import pyarrow

    kinds = {type(v) for v in values} - {type(None)}
    if kinds <= {int} and all(v is None or -(2**63) <= v < 2**63 for v in values):
        return pyarrow.array(values, pyarrow.int64())
    if kinds <= {int, float}:
        return pyarrow.array([None if v is None else float(v) for v in values], pyarrow.float64())
    if kinds == {bool}:
        return pyarrow.array(values, pyarrow.bool_())
    return pyarrow.array([None if v is None else _text(v) for v in values], pyarrow.string())


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _compacted(connection: duckdb.DuckDBPyConnection, partitions: list[Path], contract: Contract) -> str:
    if not partitions:
        return "SELECT * FROM fresh WHERE false"
    source = f"read_parquet({literal(partitions)}, union_by_name = true, hive_partitioning = false)"
    known = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}  # noqa: S608
    return _select(source, known, contract)


def _select(source: str, known: set[str], contract: Contract) -> str:
    keys = [f"CAST({name(c)} AS {type_}) AS {name(c)}" for c, type_ in KEYS.items()]
    values = [
        f"{_cast(name(VALUE + c), type_) if VALUE + c in known else f'NULL::{type_}'} AS {name(c)}"
        for c, type_ in _wanted(contract).items()
    ]
    return f"SELECT {', '.join(keys + values)} FROM {source}"  # noqa: S608


def _cast(value: str, type_: str) -> str:
    """The value where it is of the type, else NULL; a broken number is no whole one, and is not rounded to one."""
    cast = f"TRY_CAST({value} AS {type_})"
    return f"CASE WHEN TRY_CAST({value} AS DOUBLE) = {cast} THEN {cast} END" if type_ == "BIGINT" else cast


def _wanted(contract: Contract) -> dict[str, str]:
    return {c.name: SQL[TYPES[c.kind]] for c in contract.used}


def _day(partition: Path) -> datetime.date:
    try:
        return datetime.date.fromisoformat(partition.parent.name.removeprefix("day="))
    except ValueError:
        raise Refusal(f"{partition}: lies in no folder day=YYYY-MM-DD; move it away") from None


def _scored_on(record: Record) -> datetime.date:
    return datetime.datetime.fromtimestamp(record.scored_at_s, datetime.UTC).date()


@contextmanager
def _local(root: str, since: datetime.date | None) -> Iterator[Path]:
    """The log as a folder here; of another location a copy of the days wanted, for as long as the block lasts."""
    if "://" not in root:
        folder = Path(root)
        if not folder.is_dir():
            raise Refusal(f"{root}: no folder there; wanted the log of a server, or what `mainstay log compact` made")
        yield folder
        return
    import fsspec

    try:
        with tempfile.TemporaryDirectory(prefix="mainstay-log-") as scratch:
            system, path = fsspec.url_to_fs(root)
            for found in system.glob(f"{path}/day=*/*.parquet"):
                if since is not None and _day(Path(found)) < since:
                    continue
                to = Path(scratch) / found[len(path) :].lstrip("/")
                to.parent.mkdir(parents=True, exist_ok=True)
                system.get_file(found, str(to))
            yield Path(scratch)
    except OSError as error:
        raise Refusal(f"{root}: cannot be read: {error}") from error
