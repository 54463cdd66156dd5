import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.rows.prediction_record import Record, decode, encode

VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
RECORDS = st.builds(
    Record,
    st.text(),
    st.floats(0, 4e9),
    st.text(),
    st.none() | st.dates(),
    st.floats(0, 1),
    st.dictionaries(st.text(), VALUES),
)


@given(RECORDS)
def test_what_is_written_is_read_back_as_one_line(record):
    line = encode([record])
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode(line) == record


@given(RECORDS, st.data())
def test_a_torn_line_is_told_from_a_whole_one(record, data):
    line = encode([record])
    cut = data.draw(st.integers(0, len(line) - 2))
    assert decode(line[:cut]) is None


def test_a_struct_s_fields_are_its_values():
    class Row(msgspec.Struct):
        tenure: int
        called_on: datetime.date | None

    whole, part = Row(3, datetime.date(2024, 1, 2)), Row(3, msgspec.UNSET)
    lines = encode([Record("v1.0.0", 1.5, "c", None, 0.25, row) for row in (whole, part)]).splitlines()
    assert decode(lines[0]).values == {"tenure": 3, "called_on": "2024-01-02"}
    assert decode(lines[1]).values == {"tenure": 3}


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b"\xff\xfe", b'{"r":"v","t":1,"c":"c","o":null,"s":2,"v":{}}', b"[" * 100_000]
)
def test_what_is_none_of_ours_is_passed_over(line):
    assert decode(line) is None
