import datetime
import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imports import ROOT

from mainstay import params
from mainstay.model.selftest import typed
from mainstay.rows.contract import Column, Contract, Outcome
from mainstay.rows.schema import json_schema
from mainstay.serving.problem import Problem
from mainstay.serving.rows_in import RowsIn
from mainstay.serving.sound_row import as_mapping

LIMITS = params.load(ROOT / "params.yaml", "serve")
CONTRACT = Contract(
    "id",
    "day",
    Outcome("churned", None, "1", "0", None, 30, 0),
    (),
    None,
    (
        Column("months", "integer", min=0.5, max=100),
        Column("calls", "integer", missing=0.1),
        Column("charge", "number", min=-1.5, missing=0.1),
        Column("usage", "number", max=10),
        Column("plan", "category", values=("a", "b")),
        Column("note:", "category", values=("a",), missing=0.1),
        Column("online", "boolean", missing=0.1),
        Column("called_on", "date", missing=0.1),
        Column("gender", "category", values=("f", "m"), use="slice"),
        Column("old", "category", values=("x",), use="ignore"),
    ),
)
GOOD = {"id": "C1", "day": "2024-06-01", "months": 3, "usage": 1.5, "plan": "a", "called_on": "2024-05-01"}
READS = RowsIn(CONTRACT, LIMITS)
PLAIN = RowsIn(replace(CONTRACT, columns=tuple(c for c in CONTRACT.columns if ":" not in c.name)), LIMITS)
"""Whose columns' names leave no doubt about colons."""
SCHEMA = jsonschema.Draft202012Validator(json_schema(CONTRACT))

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ["a", "b", "a:b", '"', "\\", ":"]
)
DAYS = st.dates(datetime.date(2024, 5, 1), datetime.date(2024, 7, 1)).map(str)
WHOLE = st.integers(-3, 103) | st.integers(-(10**30), 10**30) | st.integers(0, 100).map(float)
NUMBERS = WHOLE | st.floats(-12, 12) | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.none() | st.booleans() | NUMBERS | TEXT | DAYS | st.just([]) | st.just({})
FITTING = {
    "id": TEXT,
    "day": DAYS,
    "months": WHOLE,
    "calls": WHOLE | st.none(),
    "charge": NUMBERS | st.none(),
    "usage": NUMBERS,
    "plan": TEXT,
    "note:": TEXT | st.none(),
    "online": st.booleans() | st.none(),
    "called_on": DAYS | st.none(),
    "gender": TEXT | st.none(),
}
CHANGED = st.fixed_dictionaries({}, optional=FITTING) | st.fixed_dictionaries(
    {}, optional={name: own | ANYTHING for name, own in FITTING.items()} | {"old": TEXT, "new": ANYTHING}
)
REMOVED = st.sets(st.sampled_from(sorted(GOOD)), max_size=1)


def sound(document):
    """As the contract and its schema have it."""
    return SCHEMA.is_valid(document) and not CONTRACT.faults(typed(document, CONTRACT)) and is_day(document)


def is_day(document):
    days = [document.get(name) for name in ("day", "called_on")]
    return all(day is None or len(day) == 10 for day in days)


def read(body):
    """The rows; None where the body is refused, whatever for."""
    try:
        return READS.read(body)[0]
    except Problem as problem:
        assert problem.status in (400, 422) and problem.body
        return None


@settings(max_examples=400)
@given(CHANGED, REMOVED, st.booleans(), st.booleans())
def test_a_row_is_taken_where_contract_and_schema_find_no_fault_and_nowhere_else(changed, removed, spaced, ascii_only):
    document = {k: v for k, v in (GOOD | changed).items() if k not in removed}
    body = json.dumps(document, ensure_ascii=ascii_only, separators=None if spaced else (",", ":")).encode()
    rows, listed = read(body), read(b"[" + body + b"]")
    assert (rows is not None) == sound(document)
    assert rows == listed
    if rows:
        found = there(as_mapping(rows[0]))
        assert CONTRACT.faults(found) == [] and found == there(as_doubles(typed(document, CONTRACT)))
        assert {type(found[c.name]) for c in CONTRACT.used if c.kind == "integer" and c.name in found} <= {int}


BODIES = st.lists(st.builds(lambda changed: json.dumps(GOOD | changed).encode(), CHANGED), min_size=1, max_size=4)


@settings(max_examples=200)
@given(BODIES)
def test_bodies_read_together_are_each_read_as_by_itself_or_not_at_all(bodies):
    rows = READS.read_each(bodies)
    assert rows is None or seen(rows) == [own for body in bodies for own in seen(READS._long(body)[0])]


def test_sound_bodies_are_read_together_and_one_that_is_not_leaves_all_to_be_read_alone():
    good = [json.dumps(GOOD | changed).encode() for changed in ({}, {"id": "a:b"}, {"calls": None, "online": True})]
    assert PLAIN.read_each(good) == [PLAIN.read(body)[0][0] for body in good]
    twice = b'{"months": 3, ' + good[0][1:]
    for bad in (
        b"",
        b"{",
        good[0] + b"," + good[0],
        twice,
        good[0].replace(b"months", b"weeks"),
        b"[" + good[0] + b"]",
    ):
        assert PLAIN.read_each([good[0], bad, good[1]]) is None


def test_a_category_that_is_not_listed_sends_nobody_the_long_way():
    bodies = [json.dumps(GOOD | changed).encode() for changed in ({}, {"plan": "new"}, {"gender": "x"})]
    assert [row["plan"] for row in seen(PLAIN.read_each(bodies))] == ["a", "new", "a"]


@pytest.mark.parametrize("others", [{"called_on": None}, {}])
def test_a_date_after_the_day_is_not_taken_whatever_stands_beside(others):
    first, late = (json.dumps(GOOD | changed).encode() for changed in (others, {"called_on": "2024-06-02"}))
    assert PLAIN.read_each([first, first]) is not None and PLAIN.read_each([first, late]) is None


def as_doubles(row):
    """With numbers as the doubles nearest to them: JSON may hold any, a row of a column of numbers not."""
    numbers = {c.name for c in CONTRACT.used if c.kind == "number"}
    return {n: float(value) if n in numbers and value is not None else value for n, value in row.items()}


def seen(rows):
    return [as_mapping(row) for row in rows]


def there(row):
    return {name: value for name, value in row.items() if value is not None}


@settings(max_examples=200)
@given(CHANGED)
def test_what_the_quick_way_takes_the_long_way_takes_as_the_same(changed):
    body = json.dumps(GOOD | changed).encode()
    quick = READS._quick(body)
    assert quick is None or (seen(quick[0]), quick[1]) == (seen(READS._long(body)[0]), False)


def test_rows_as_they_mostly_are_go_the_quick_way():
    for row in (GOOD, GOOD | {"id": "urn:customer:7", "gender": None, "calls": 7}, GOOD | {"plan": "not listed"}):
        body = json.dumps(row).encode()
        assert seen(PLAIN._quick(body)[0]) == seen(PLAIN._long(body)[0])
        assert PLAIN._quick(json.dumps([row, row]).encode())[1]
    assert READS._quick(json.dumps(GOOD | {"note:": "a"}).encode()) is None, "what else is absent cannot be told"
    every = {"calls": 1, "charge": 1.0, "note:": "b:c", "online": True, "gender": "f"}
    body = json.dumps(GOOD | every).encode()
    assert seen(READS._quick(body)[0]) == seen(READS._long(body)[0])


@given(st.sampled_from(sorted(GOOD)), st.sampled_from([":", "\\u003a", '\\":', ""]), st.booleans())
def test_a_key_that_stands_twice_is_refused_whatever_colons_stand_in_strings(name, more, first):
    own = json.dumps(GOOD)[:-1]
    twice = f"{own}, {json.dumps(name)}: {json.dumps(GOOD[name])}" + "}"
    body = twice.replace('"C1"', f'"C1{more}"', 1 if first else -1).encode()
    with pytest.raises(Problem, match=f"key '{name}' stands twice"):
        READS.read(body)


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        (GOOD | {"months": 101, "plan": 7}, {"/months": "is above 100", "/plan": "is an integer, wanted a string"}),
        ([GOOD, GOOD | {"months": None}], {"/1/months": "is missing, wanted a value"}),
        ([GOOD, 7], {"/1": "is no object, wanted one customer row"}),
        (7, {"": "is no object, wanted one customer row"}),
        (GOOD | {"a/b~c": 1}, {"/a~1b~0c": "is not in the contract"}),
        (GOOD | {"id": ""}, {"/id": "wanted a string that is not empty"}),
        (GOOD | {"id": None}, {"/id": "wanted a string that is not empty"}),
        (GOOD | {"gender": 1}, {"/gender": "is an integer, wanted a string"}),
        (GOOD | {"called_on": "2024-06-02"}, {"/called_on": "is after the observation date"}),
        (GOOD | {"called_on": "2024-02-30"}, {"/called_on": "is text, wanted a date"}),
        (GOOD | {"called_on": "20240501"}, {"/called_on": "is text, wanted a date"}),
    ],
)
def test_each_fault_is_told_with_the_pointer_to_its_field(document, wrong):
    with pytest.raises(Problem) as found:
        READS.read(json.dumps(document).encode())
    assert found.value.status == 422
    assert {error.pointer: error.detail for error in found.value.errors} == wrong


def test_more_rows_than_are_allowed_are_too_many():
    with pytest.raises(Problem, match="saw 1001 rows, wanted at most 1000") as found:
        READS.read(json.dumps([GOOD] * 1001).encode())
    assert found.value.status == 422
    assert len(READS.read(json.dumps([GOOD] * 1000).encode())[0]) == 1000


def test_of_many_faults_the_first_ones_are_told():
    with pytest.raises(Problem) as found:
        READS.read(json.dumps([7] * 1000).encode())
    assert len(found.value.errors) == LIMITS.max_faults


def test_without_dates_the_observation_date_may_be_left_out():
    plain = Contract("id", "day", CONTRACT.outcome, (), None, (Column("months", "integer"),))
    [row], listed = RowsIn(plain, LIMITS).read(b'{"months":3}')
    assert there(as_mapping(row)) == {"months": 3} and row.day is None and not listed
    with pytest.raises(Problem, match="/day wanted a date"):
        RowsIn(plain, LIMITS).read(b'{"months":3,"day":"today"}')
