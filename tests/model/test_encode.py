import datetime

import numpy as np
import pandas as pd
import pytest
from ensembles import contract
from every_kind import CONTRACT, ROWS
from hypothesis import given
from hypothesis import strategies as st

from mainstay.model.encode import encode
from mainstay.refusal import Refusal
from mainstay.rows.contract import Column

NULLABLE = {"plan": "string", "auto": "boolean", "months": "Int64", "charge": "Float64"}


def by_row(rows):
    return np.array([CONTRACT.encode(row) for row in rows], dtype=np.float32)


@given(st.lists(ROWS, min_size=1, max_size=8))
def test_a_table_is_encoded_as_its_rows_are(rows):
    for types in ({}, NULLABLE):
        frame = pd.DataFrame({name: pd.Series([r[name] for r in rows], dtype=object) for name in rows[0]})
        np.testing.assert_array_equal(encode(frame.astype(types), CONTRACT), by_row(rows))


@given(st.lists(ROWS, min_size=1, max_size=8))
def test_a_table_read_from_parquet_is_encoded_as_its_rows_are(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("encode") / "rows.parquet"
    pd.DataFrame(rows).astype({"months": "Int64", "charge": "float64"}).to_parquet(path)
    np.testing.assert_array_equal(encode(pd.read_parquet(path), CONTRACT), by_row(rows))


def test_columns_may_stand_in_any_order_with_others_between():
    row = {"day": datetime.date(2024, 1, 2), "plan": "b", "auto": True, "since": None, "months": 3, "charge": 0.5}
    frame = pd.DataFrame([{"other": 1, **dict(reversed(row.items()))}])
    np.testing.assert_array_equal(encode(frame, CONTRACT), by_row([row]))


def test_a_timestamp_counts_as_its_day():
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-03-01"]), "since": pd.to_datetime(["2024-02-28"])})
    own = contract(Column("since", "date"), observed_on="day")
    assert encode(frame, own).tolist() == [[2.0]]


def test_columns_that_lack_are_named():
    frame = pd.DataFrame({"plan": ["a"], "auto": [True], "since": [None], "charge": [1.0]})
    with pytest.raises(Refusal, match=r"has no column months, day, which"):
        encode(frame, CONTRACT)


def test_a_column_of_another_kind_is_named():
    own = contract(Column("months", "integer"))
    with pytest.raises(Refusal, match=r"column months: .*'many'; wanted kind integer"):
        encode(pd.DataFrame({"months": ["many"]}), own)
