import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.serving.problem import Problem
from mainstay.serving.strict_json import depth, parse

DEPTH = 16
FLAT = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
DOCUMENTS = st.recursive(
    FLAT | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20
).filter(lambda document: depth(json.dumps(document).encode()) <= DEPTH)


@given(DOCUMENTS, st.booleans())
def test_what_is_json_is_read_as_json_has_it(document, ascii_only):
    assert parse(json.dumps(document, ensure_ascii=ascii_only).encode(), DEPTH) == document


@given(st.binary(max_size=200) | st.text('{}[]",:\\u0deE+-. NaInfty').map(str.encode))
def test_any_bytes_are_a_document_or_a_problem(body):
    try:
        parse(body, DEPTH)
    except Problem as problem:
        assert problem.status == 400 and problem.detail


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b'{"a":1,}', "no JSON"),
        (b"{'a':1}", "no JSON"),
        (b'{"a":1} {"b":2}', "no JSON"),
        (b'{"a":1,"b":{"c":1,"c":2}}', "key 'c' stands twice"),
        (b'{"a":1,"\\u0061":1}', "key 'a' stands twice"),
        (b'{"a":NaN}', "NaN is no number"),
        (b'{"a":-Infinity}', "-Infinity is no number"),
        (b'{"a":1e999}', "out of range"),
        (b'{"a":' + b"9" * 5000 + b"}", "5000 digits is out of range"),
        (b'{"a":"\xff"}', "not UTF-8: invalid start byte at byte 6"),
        (b'\xef\xbb\xbf{"a":1}', "no JSON"),
        (b'{"a":"\\ud800"}', "half a surrogate pair"),
        (b"[" * 100_000, "nested more than 16 deep"),
        (b'{"a":' * 100_000, "nested more than 16 deep"),
    ],
)
def test_what_is_none_is_refused_by_what_is_wrong(body, said):
    with pytest.raises(Problem, match=said) as found:
        parse(body, DEPTH)
    assert found.value.status == 400


@pytest.mark.parametrize(
    ("body", "deep"),
    [(b"{}", 1), (b'["[[[", {"]": [1]}]', 3), (b'"\\"[["', 0), (b'"[[', 0), (b"[]]]][[", 0 + 1), (b'"a\\', 0)],
)
def test_brackets_in_strings_do_not_count(body, deep):
    assert depth(body) == deep


@pytest.mark.parametrize("piece", [b'\\"', b'"', b"\\", b'"\\'])
def test_strings_that_never_end_take_no_longer_than_others(piece):
    assert depth(b'["' + piece * (1_000_000 // len(piece))) == 1  # by going back over them it would take hours
