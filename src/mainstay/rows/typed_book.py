"""A book of customers in Parquet whose columns may have the contract's types already: read in batches, and no more.

Without the data engine and Ibis, which take longer to load than a small book takes to score.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mainstay.params import Validate
from mainstay.rows.clean import is_clean
from mainstay.rows.contract import Contract
from mainstay.rows.layout import Layout, to_score

BATCH_ROWS = 1 << 15


class InDoubt(Exception):
    """The file may hold faults, or may not be readable at all; the rules have to judge it."""


@dataclass(frozen=True)
class TypedBook:
    """A Parquet file with all columns wanted."""

    file: pq.ParquetFile
    layout: Layout
    contract: Contract
    max_cell_bytes: int

    @property
    def rows(self) -> int:
        return self.file.metadata.num_rows

    @property
    def id_type(self) -> pa.DataType:
        return self.file.schema_arrow.field(self.contract.id).type

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The columns wanted, in the file's order; categories by dictionary."""
        try:
            yield from self.file.iter_batches(BATCH_ROWS, columns=[c.name for c in self.layout.columns])
        except (pa.ArrowException, OSError) as error:
            raise InDoubt from error

    def check(self, batch: pa.RecordBatch) -> None:
        """Raises InDoubt where a row might have a fault."""
        if not is_clean(batch, self.layout, self.contract, self.max_cell_bytes):
            raise InDoubt


def typed_book(path: Path, contract: Contract, caps: Validate) -> TypedBook:
    """The book in a Parquet file. Raises InDoubt where it is none, or not within the caps."""
    try:
        categories = [c.name for c in contract.features if c.kind == "category"]
        file = pq.ParquetFile(path, read_dictionary=categories)
    except (pa.ArrowException, OSError) as error:
        raise InDoubt from error
    names = file.schema_arrow.names
    layout = to_score(contract, names)
    fits = all(names.count(c.name) == 1 for c in layout.columns) and _within(file.metadata, path, caps)
    if not fits:
        raise InDoubt
    return TypedBook(file, layout, contract, caps.max_cell_bytes)


def _within(found: pq.FileMetaData, path: Path, caps: Validate) -> bool:
    unpacked = sum(found.row_group(i).total_byte_size for i in range(found.num_row_groups))
    return 0 < found.num_rows <= caps.max_rows and unpacked <= caps.max_expansion * path.stat().st_size
