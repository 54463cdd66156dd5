import numpy as np
import pyarrow as pa
import pytest
from ensembles import contract, leaf, split, tree
from ensembles import model as assembled
from every_kind import CONTRACT, ROWS
from hypothesis import given
from hypothesis import strategies as st
from tiny import CONTRACT as BUSINESS
from tiny import model as boosting
from tiny import rows as customers

from mainstay.model.coded import coded
from mainstay.model.encode import encode
from mainstay.model.trees import Ensemble
from mainstay.rows.contract import Column

TYPES = {"day": pa.date32(), "plan": pa.string(), "auto": pa.bool_(), "since": pa.date32(), "months": pa.int64()}


def matrix(columns):
    return np.stack([c.codes if c.index is None else c.codes[c.index] for c in columns], axis=1)


@given(st.lists(ROWS, min_size=1, max_size=9), st.integers(0, 3), st.booleans())
def test_a_batch_has_the_codes_of_its_rows_also_where_it_is_a_part_of_another(rows, first, by_dictionary):
    schema = pa.schema([*TYPES.items(), ("charge", pa.float64())])
    batch = pa.RecordBatch.from_pylist(rows, schema=schema)
    if by_dictionary:
        batch = batch.set_column(1, "plan", batch.column("plan").dictionary_encode())
    part = batch.slice(min(first, len(rows) - 1))
    wanted = np.array([CONTRACT.encode(row) for row in rows[min(first, len(rows) - 1) :]], dtype=np.float32)
    np.testing.assert_array_equal(matrix(coded(part, CONTRACT)), wanted)


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint8(), pa.int16(), pa.int32(), pa.float32()])
def test_numbers_of_any_size_are_coded_alike(kind):
    own = contract(Column("x", "number", missing=1.0))
    batch = pa.RecordBatch.from_arrays([pa.array([100, None, 3, 100], kind)], names=["x"])
    np.testing.assert_array_equal(matrix(coded(batch, own))[:, 0], [100, np.nan, 3, 100])


def stumps(frame):
    """A tree on each feature alone."""
    cuts = [(0, 20.0), (0, 40.0), (1, 55.5), (2, 0.0), (3, 0.5), (4, 365.0)]
    trees = [tree(split(f, cut, leaf(0.5 + f), leaf(-0.25 * f), missing_left=f % 2 == 0)) for f, cut in cuts]
    return assembled(Ensemble(0.125, tuple(trees), len(BUSINESS.features)), BUSINESS)


@pytest.mark.parametrize("made", [boosting, stumps])
def test_a_score_by_columns_has_the_bits_of_a_score_by_matrix(made):
    frame = customers(1500)
    model, batch = made(frame), pa.RecordBatch.from_pandas(frame, preserve_index=False)
    bins = model.bins(coded(batch, BUSINESS))
    X = encode(frame, BUSINESS)
    np.testing.assert_array_equal(model.score_bins(bins, len(frame)), model.score_matrix(X))
    np.testing.assert_allclose(model.contributions_of_bins(bins, len(frame)), model.contributions(X), atol=1e-6)
