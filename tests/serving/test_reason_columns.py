import datetime

import numpy as np
import pyarrow as pa
import pytest
from ensembles import contract, leaf, model, split, tree

from mainstay.model.coded import coded
from mainstay.model.trees import Ensemble
from mainstay.rows.contract import Column
from mainstay.serving.reason_columns import reason_columns, reason_fields

DAY = datetime.date(2024, 3, 1)
MIXED = contract(
    Column("plan", "category", values=("a", "b"), missing=1.0),
    Column("auto", "boolean", missing=1.0),
    Column("since", "date", missing=1.0),
    Column("months", "integer", unit="months", missing=1.0),
    Column("charge", "number", unit="EUR/month", missing=1.0),
    observed_on="day",
)
TYPES = {"day": pa.date32(), "plan": pa.string(), "auto": pa.bool_(), "since": pa.date32(), "months": pa.int64()}
SCHEMA = pa.schema([*TYPES.items(), ("charge", pa.float64())])
GOOD = {"day": DAY, "plan": "a", "auto": True, "since": DAY, "months": 3, "charge": 1234.56789}


def told(rows, feature, own=MIXED, top=1):
    """The columns of reasons by a model that asks about one feature alone."""
    shape = split(feature, 0.5, leaf(-1.0), leaf(1.0))
    one = model(Ensemble(0.0, (tree(shape),), 5), own)
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
    found = reason_columns(batch, one.bins(coded(batch, own)), one, top)
    assert [c.type for c in found] == [f.type for f in reason_fields(top)]
    return [c.to_pylist() for c in found]


@pytest.mark.parametrize(
    ("feature", "row", "text"),
    [
        (0, {}, "plan = a"),
        (0, {"plan": "z"}, "plan = z (new to the model)"),
        (0, {"plan": None}, "plan is missing"),
        (1, {}, "auto = true"),
        (2, {}, "since = 2024-03-01"),
        (3, {}, "months = 3 months"),
        (3, {"months": None}, "months is missing"),
        (4, {}, "charge = 1234.57 EUR/month"),
    ],
)
def test_a_reason_is_written_as_people_read_it(feature, row, text):
    assert told([GOOD | row], feature)[0] == [text]


def test_every_row_has_its_own_and_what_it_adds():
    rows = [GOOD | {"months": m} for m in (3, 0, None, 3, -1)]
    texts, adds = told(rows, 3)
    assert texts == [
        "months = 3 months",
        "months = 0 months",
        "months is missing",
        "months = 3 months",
        "months = -1 months",
    ]
    np.testing.assert_allclose(np.sign(adds), [1, -1, 1, 1, -1])


def test_no_reasons_are_no_columns():
    assert told([GOOD], 0, top=0) == []
