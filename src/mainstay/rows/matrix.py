"""Valid rows as the float32 matrix that a model is trained on and scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import numpy as np

from mainstay.rows.contract import Column, Contract
from mainstay.rows.rules import TYPES, encode, sql
from mainstay.rows.table import engine, literal

if TYPE_CHECKING:
    import pandas
    import pyarrow


def matrix(source: Path | pandas.DataFrame, contract: Contract) -> np.ndarray:
    """Float32 [rows, features] of a Parquet file or DataFrame of contract values, in its order of rows.

    Missing is NaN, an unseen category UNSEEN, a boolean 0 or 1, a date the days before the observation date.
    """
    needed = _needed(contract)
    with engine() as connection:
        if isinstance(source, Path):
            connection.execute(f"CREATE VIEW valid AS SELECT * FROM read_parquet({literal(source)})")  # noqa: S608
            types = {name: TYPES[kind] for name, kind in needed.items()}
        else:
            connection.register("valid", _arrow(source, needed))
            types = {name: _type(source[name], kind) for name, kind in needed.items()}
        ((rows,),) = connection.execute("SELECT count(*) FROM valid").fetchall()
        query = sql(encode(ibis.table(types, name="valid"), contract))
        return _filled(connection.sql(query).to_arrow_reader(), rows, len(contract.features))


def _needed(contract: Contract) -> dict[str, str]:
    """Kind of each column that the encoding reads."""
    dated = any(c.kind == "date" for c in contract.features)
    keys = (Column(contract.observed_on, "date"),) if dated else ()
    return {c.name: c.kind for c in (*keys, *contract.features)}


def _arrow(frame: pandas.DataFrame, needed: dict[str, str]) -> pyarrow.Table:
    import pyarrow

    types = {"string": pyarrow.string(), "boolean": pyarrow.bool_(), "date": pyarrow.date32()}
    types |= {"int64": pyarrow.int64(), "float64": pyarrow.float64()}
    schema = pyarrow.schema([(name, types[_type(frame[name], kind)]) for name, kind in needed.items()])
    return pyarrow.Table.from_pandas(frame[list(needed)], schema=schema, preserve_index=False)


def _type(values: pandas.Series, kind: str) -> str:
    """The table's type; integers with gaps are floats in pandas."""
    return "float64" if kind == "integer" and values.dtype.kind in "fO" else TYPES[kind]


def _filled(batches: pyarrow.RecordBatchReader, rows: int, width: int) -> np.ndarray:
    X = np.empty((rows, width), dtype=np.float32)
    start = 0
    for batch in batches:
        for j, values in enumerate(batch.columns):
            X[start : start + len(values), j] = values.to_numpy(zero_copy_only=False)
        start += batch.num_rows
    return X
