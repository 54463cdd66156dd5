"""Writes a table batch by batch: Parquet, or CSV that is safe to open in a spreadsheet. Whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mainstay.refusal import Refusal
from mainstay.rows.columns import texts
from mainstay.rows.escaped import FORMULA, escaped
from mainstay.rows.files import FORMATS
from mainstay.rows.replacing import replacing

Write = Callable[[pa.RecordBatch], None]

NOT_PLAIN = rf"^[{''.join(FORMULA)}]|[^\x20-\x7e]"
"""Texts that have to be looked at before they go into a CSV file."""


def check_name(path: Path) -> None:
    """Raises Refusal where the ending says neither CSV nor Parquet."""
    if path.suffix.lower() not in FORMATS:
        raise Refusal(f"{path}: ends in {path.suffix or 'nothing'!r}, wanted .csv or .parquet")


@contextmanager
def writing(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """A function that appends a batch to the file, which takes the place of `path` when the block ends well."""
    check_name(path)
    make = _csv if path.suffix.lower() == ".csv" else _parquet
    with replacing(path) as fresh, make(fresh, schema) as write:
        yield write


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[Write]:
    repeat = [f.name for f in schema if pa.types.is_dictionary(f.type)]
    with pq.ParquetWriter(
        path, schema, compression="lz4", use_dictionary=repeat, store_schema=False, write_statistics=False
    ) as writer:
        yield writer.write_batch


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[Write]:
    from pyarrow.csv import CSVWriter, WriteOptions

    plain = pa.schema([(escaped(f.name), pa.string() if _is_text(f.type) else f.type) for f in schema])
    with CSVWriter(path, plain, write_options=WriteOptions(quoting_style="needed")) as writer:
        yield lambda batch: writer.write_batch(pa.RecordBatch.from_arrays([*map(_safe, batch.columns)], schema=plain))


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _safe(column: pa.Array) -> pa.Array:
    """A column as CSV holds it: texts escaped."""
    import pyarrow.compute as pc

    if not _is_text(column.type):
        return column
    if pa.types.is_dictionary(column.type):
        return texts([escaped(v) for v in column.dictionary.to_pylist()]).take(column.indices)
    if pc.any(pc.match_substring_regex(column, NOT_PLAIN)).as_py():
        return texts([escaped(v) for v in column.to_pylist()])
    return column.cast(pa.string())
