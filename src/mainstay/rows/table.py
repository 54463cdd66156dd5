"""The only reader and writer of tables and figures: Parquet, CSV, JSON; atomic and byte-stable."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from mainstay.refusal import Refusal
from mainstay.rows.replacing import replacing

if TYPE_CHECKING:
    import pandas

THREADS = 2
"""Fixed: DuckDB's Parquet bytes differ between one thread and two."""

PARQUET = "FORMAT parquet, COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT 2000"
"""How tables are written: looking for bigger dictionaries costs a tenth of the time and saves little."""

DIGITS = 6
"""What metrics keep of a float."""


@contextmanager
def engine(memory_limit_mb: int = 1000) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the data engine, which spills to a temporary folder above its memory limit."""
    with tempfile.TemporaryDirectory(prefix="mainstay-") as spill:
        config = {"threads": THREADS, "memory_limit": f"{memory_limit_mb}MB", "temp_directory": spill}
        connection = duckdb.connect(":memory:", config=config)
        try:
            connection.execute("SET preserve_insertion_order = true; SET TimeZone = 'UTC'")
            yield connection
        finally:
            connection.close()


def literal(value: str | Path | Iterable[str | Path]) -> str:
    """A text, or a list of texts, as DuckDB's SQL writes it."""
    if isinstance(value, str | Path):
        return "'" + str(value).replace("'", "''") + "'"
    return f"[{', '.join(literal(v) for v in value)}]"


def name(column: str) -> str:
    """A column's name as DuckDB's SQL writes it."""
    return '"' + column.replace('"', '""') + '"'


def write_query(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """The rows of a query to Parquet, streamed, in their order."""
    with replacing(path) as fresh:
        connection.execute(f"COPY ({query}) TO {literal(fresh)} ({PARQUET})")


def read_frame(path: Path) -> pandas.DataFrame:
    """A Parquet file of ours as a DataFrame."""
    import pandas

    try:
        return pandas.read_parquet(path)
    except (OSError, ValueError) as error:
        raise Refusal(f"{path}: cannot be read as Parquet: {error}; run `dvc repro`") from error


def write_frame(frame: pandas.DataFrame, path: Path) -> None:
    """A DataFrame to Parquet (without its index) or, by the name's ending, CSV with rounded floats."""
    with replacing(path) as fresh:
        if path.suffix == ".csv":
            frame.to_csv(fresh, index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
        else:
            frame.to_parquet(fresh, index=False, engine="pyarrow", compression="zstd")


def write_json(document: object, path: Path) -> None:
    """JSON with sorted keys, floats rounded, NaN and infinities as null, and a last newline."""
    text = json.dumps(_stable(document), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    with replacing(path) as fresh:
        fresh.write_text(text + "\n", encoding="utf-8", newline="\n")


def read_json(path: Path) -> object:
    """What a JSON file of ours holds."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refusal(f"{path}: cannot be read as JSON: {error}; run `dvc repro`") from error


def _stable(value: object) -> object:
    if isinstance(value, dict):
        return {str(k): _stable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_stable(v) for v in value]
    if hasattr(value, "item"):  # a numpy scalar
        return _stable(value.item())
    if isinstance(value, float):
        return round(value, DIGITS) if math.isfinite(value) else None
    return value
