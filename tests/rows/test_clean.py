import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imports import ROOT

from mainstay.params import load
from mainstay.rows.clean import is_clean
from mainstay.rows.contract import Column, Contract, Outcome
from mainstay.rows.judged_book import judged_book
from mainstay.rows.layout import to_score

CONTRACT = Contract(
    id="id",
    observed_on="day",
    outcome=Outcome("churned", None, "1", "0", None, 30, 0),
    blanks=("", "NA"),
    treated=None,
    columns=(
        Column("months", "integer", min=0, max=600),
        Column("charge", "number", missing=0.2),
        Column("plan", "category", values=("a", "b"), missing=0.2),
        Column("auto", "boolean"),
        Column("since", "date", missing=0.5),
    ),
)
LIMITS = load(ROOT / "params.yaml", "validate")
DAY = datetime.date(2024, 3, 1)
GOOD = {"id": "C01", "day": DAY, "months": 7, "charge": 1.5, "plan": "a", "auto": True, "since": DAY}
TYPES = {"id": pa.string(), "day": pa.date32(), "months": pa.int64(), "charge": pa.float64(), "plan": pa.string()}
SCHEMA = pa.schema([*TYPES.items(), ("auto", pa.bool_()), ("since", pa.date32())])
ROWS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["C01", "C02", "Zoë"] * 4 + ["", "NA", "a\x1fb", None, "x" * 10_001]),
        "day": st.sampled_from([DAY] * 9 + [None]),
        "months": st.sampled_from([0, 7, 600] * 4 + [-1, 601, None]),
        "charge": st.sampled_from([0.0, -2.5, None] * 4 + [float("nan"), float("inf"), 1e300]),
        "plan": st.sampled_from(["a", "b", "new", None] * 4 + ["NA", "y" * 10_001]),
        "auto": st.sampled_from([True, False] * 4 + [None]),
        "since": st.sampled_from([DAY, None] * 4 + [DAY + datetime.timedelta(days=1)]),
    }
)


def batch_of(rows, schema=SCHEMA):
    batch = pa.RecordBatch.from_pylist(rows, schema=schema)
    plan = batch.schema.get_field_index("plan")
    return batch.set_column(plan, "plan", batch.column(plan).dictionary_encode())


def clean(batch):
    return is_clean(batch, to_score(CONTRACT, batch.schema.names), CONTRACT, LIMITS.max_cell_bytes)


@settings(max_examples=15)
@given(st.lists(ROWS, min_size=1, max_size=3))
def test_what_is_called_clean_has_no_fault_by_the_rules(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("book") / "book.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    with judged_book(path, CONTRACT, LIMITS) as book:
        blank = any(row["plan"] == "NA" for row in rows)  # no fault, but a missing value, which only the rules see
        assert clean(batch_of(rows)) == (book.faulty == 0 and not blank)


def test_a_good_row_is_clean():
    assert clean(batch_of([GOOD, GOOD | {"plan": None, "since": None, "charge": None}]))


@pytest.mark.parametrize(
    ("column", "kind", "value"),
    [
        ("months", pa.string(), "7"),
        ("months", pa.float64(), 7.5),
        ("charge", pa.decimal128(5, 2), None),
        ("auto", pa.int8(), 1),
        ("since", pa.timestamp("us"), None),
        ("id", pa.int64(), 5),
        ("day", pa.timestamp("us"), datetime.datetime(2024, 3, 1)),
    ],
)
def test_a_column_of_another_type_is_left_to_the_rules(column, kind, value):
    schema = SCHEMA.set(SCHEMA.get_field_index(column), pa.field(column, kind))
    assert not clean(batch_of([GOOD | {column: value}], schema))


def test_whole_numbers_may_be_floats():
    schema = SCHEMA.set(SCHEMA.get_field_index("months"), pa.field("months", pa.float64()))
    assert clean(batch_of([GOOD | {"months": 7.0}], schema))


@pytest.mark.parametrize("data", [b"ab\xffc", b"abc\xc3"])
def test_text_that_is_not_utf8_is_left_to_the_rules(data):
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\x04\0\0\0"), pa.py_buffer(data)])
    batch = batch_of([GOOD])
    assert not clean(batch.set_column(0, "id", broken))
    plan = pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), broken)
    assert not clean(batch.set_column(4, "plan", plan))
