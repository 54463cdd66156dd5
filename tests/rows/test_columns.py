import datetime
import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.rows import columns

DAY = datetime.date(2024, 3, 1)


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        (pa.int8(), [1, -2, 3]),
        (pa.uint64(), [1, 2, 2**63]),
        (pa.float32(), [0.5, -1.0, 2.0]),
        (pa.bool_(), [True, False, True]),
        (pa.date32(), [DAY, DAY, DAY]),
    ],
)
def test_values_of_a_column_and_of_a_part_of_it(kind, held):
    wanted = [(v - datetime.date(1970, 1, 1)).days if isinstance(v, datetime.date) else v for v in held]
    assert columns.values(pa.array(held, kind)).tolist() == wanted
    assert columns.values(pa.array([held[0]] * 9 + held, kind).slice(9)).tolist() == wanted


@given(st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=40), st.integers(0, 20))
def test_which_are_missing_also_of_a_part(held, first):
    part = pa.array(held, pa.int64()).slice(min(first, len(held) - 1))
    found = columns.missing(part)
    wanted = [v is None for v in part.to_pylist()]
    assert found is None if not any(wanted) else found.tolist() == wanted


@given(st.lists(st.text(max_size=3), max_size=9), st.integers(0, 9), st.sampled_from([pa.string(), pa.large_string()]))
def test_a_text_column_is_its_bytes_one_after_the_other(held, first, kind):
    part = pa.array(held, kind).slice(min(first, len(held)))
    data, starts = columns.text(part)
    ends = itertools.pairwise(starts)
    assert [data[a:b].tobytes().decode() for a, b in ends] == part.to_pylist()


@pytest.mark.parametrize("kind", [pa.int64(), pa.float32(), pa.bool_()])
def test_numbers_become_a_column(kind):
    numbers = np.array([1, 0, 1, 1, 0, 0, 1, 0, 1], dtype=kind.to_pandas_dtype())
    assert columns.column(numbers, kind).equals(pa.array(numbers, kind))


@given(st.lists(st.text()))
def test_texts_become_a_column(held):
    assert columns.texts(held).to_pylist() == held


def test_one_text_is_repeated():
    assert columns.repeated("v1", 3).to_pylist() == ["v1"] * 3
