import datetime

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.rows.contract import BIGGEST_INTEGER, Column, Contract, Outcome
from mainstay.rows.matrix import matrix

DAY = datetime.date(2024, 3, 1)
CONTRACT = Contract(
    id="id",
    observed_on="day",
    outcome=Outcome("churned", None, "1", "0", None, 30, 0),
    blanks=("",),
    treated=None,
    columns=(
        Column("months", "integer", missing=1),
        Column("charge", "number", missing=1),
        Column("plan", "category", values=("it's", "b", "ü"), missing=1),
        Column("gender", "category", values=("f", "m"), missing=1, use="slice"),
        Column("online", "boolean", missing=1),
        Column("last_call_on", "date", missing=1),
    ),
)
ROWS = st.fixed_dictionaries(
    {
        "months": st.none() | st.integers(-BIGGEST_INTEGER, BIGGEST_INTEGER),
        "charge": st.none() | st.floats(-3e38, 3e38),
        "plan": st.none() | st.sampled_from(["it's", "b", "ü", "B", "", "unheard of"]),
        "online": st.none() | st.booleans(),
        "last_call_on": st.none() | st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)),
        "day": st.just(DAY) | st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)),
    }
)


def frame(rows: list[dict]) -> pandas.DataFrame:
    """The rows as read_frame gives them, but that integers keep all their digits."""
    table = pandas.DataFrame(rows, columns=["months", "charge", "plan", "gender", "online", "last_call_on", "day"])
    return table.astype({"months": "Int64"})


@settings(max_examples=15, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=20))
def test_the_engine_encodes_as_plain_python_does_bit_for_bit(rows):
    expected = np.array([CONTRACT.encode(row) for row in rows], dtype=np.float32)
    found = matrix(frame(rows), CONTRACT)
    assert found.dtype == np.float32
    assert found.tobytes() == expected.tobytes()


def test_a_file_and_its_frame_give_the_same_matrix(tmp_path):
    rows = [{"months": 3, "plan": "b", "day": DAY, "last_call_on": DAY}, {"charge": 2.5, "online": True, "day": DAY}]
    frame(rows).to_parquet(tmp_path / "valid.parquet")
    from_file = matrix(tmp_path / "valid.parquet", CONTRACT)
    assert from_file.tobytes() == matrix(frame(rows), CONTRACT).tobytes()
    assert from_file.shape == (2, 5)


def test_a_million_rows_take_a_moment_and_keep_their_order(tmp_path):
    n = 1_000_000
    numbers = np.arange(n)
    table = pandas.DataFrame({"months": numbers, "charge": numbers / 7, "online": numbers % 2 == 0, "day": DAY})
    table = table.assign(plan="b", last_call_on=DAY)
    table.to_parquet(tmp_path / "valid.parquet")
    X = matrix(tmp_path / "valid.parquet", CONTRACT)
    assert np.array_equal(X[:, 0], numbers.astype(np.float32))
    assert np.array_equal(X[:, 1], (numbers / 7).astype(np.float32))
    assert (X[:, 2] == 1).all()


@pytest.mark.parametrize("empty", [None, np.nan, pandas.NA])
def test_a_column_without_any_value_is_all_missing(empty):
    table = frame([{"day": DAY}] * 3).astype(object).assign(months=empty, online=empty, plan=empty)
    assert np.isnan(matrix(table, CONTRACT)).all()
