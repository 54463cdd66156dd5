import functools

import ibis
import pyarrow
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.rows.contract import Column, Contract, Outcome, fault_of
from mainstay.rows.faults import AT, FILE, ROW, judge, kept
from mainstay.rows.layout import customers
from mainstay.rows.rules import sql
from mainstay.rows.table import engine

CONTRACT = Contract(
    id="id",
    observed_on=None,
    outcome=Outcome("churned", None, "1", None, None, 0, 0),
    blanks=("",),
    treated=None,
    columns=(
        Column("months", "integer", min=0, max=100),
        Column("charge", "number", min=-5.5, missing=0.1),
        Column("balance", "number"),
        Column("plan", "category", values=("a", "b")),
        Column("online", "boolean", missing=0.1),
    ),
)
LAYOUT = customers(CONTRACT)
VALUES = {
    "months": st.none() | st.integers(-3, 103),
    "charge": st.none() | st.floats(-10, 10) | st.sampled_from([float("nan"), float("inf"), -float("inf"), 1e300]),
    "balance": st.none() | st.floats(width=64),
    "plan": st.none() | st.sampled_from(["a", "b", "unseen"]),
    "online": st.none() | st.booleans(),
}
ROWS = st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=40)
TYPES = {"months": "int64", "charge": "float64", "balance": "float64", "plan": "string", "online": "boolean"}
ARROW = {"int64": pyarrow.int64(), "float64": pyarrow.float64(), "string": pyarrow.string(), "boolean": pyarrow.bool_()}


@functools.cache
def queries(types: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The SQL of judge and kept for raw columns of these types."""
    raw = ibis.table(
        {FILE: "string", ROW: "int64", AT: "int64", "id": "string", "churned": "string"} | dict(types), name="raw"
    )
    return sql(judge(raw, LAYOUT, CONTRACT, 100)), sql(kept(raw, LAYOUT, CONTRACT, "faulty")[[ROW]])


def judged(rows: list[dict], types: dict[str, str]) -> tuple[dict[int, tuple[str, str]], list[int]]:
    """Column and reason of each faulty row, by its place; and the places of rows kept."""
    n = len(rows)
    keys = {
        FILE: ["f"] * n,
        ROW: list(range(n)),
        AT: list(range(n)),
        "id": [str(i) for i in range(n)],
        "churned": ["1"] * n,
    }
    values = {c: pyarrow.array([row[c] for row in rows], type=ARROW[t], from_pandas=False) for c, t in types.items()}
    faulty, rest = queries(tuple(types.items()))
    with engine() as connection:
        connection.register("raw", pyarrow.table(keys | values))
        connection.execute(f"CREATE TABLE faults AS {faulty}")
        found = connection.execute('SELECT __row, "column", reason FROM faults').fetchall()
        bits = f"coalesce(bitstring_agg(__row, 0, {n}), bitstring('0', {n}))"
        connection.execute(f"SET VARIABLE faulty = (SELECT {bits} FROM faults)")  # noqa: S608
        places = connection.execute(rest).fetchall()
    return {row: (column, reason) for row, column, reason in found}, sorted(row for (row,) in places)


@settings(max_examples=8)
@given(ROWS)
def test_the_engine_finds_the_first_fault_that_plain_python_finds(rows):
    expected = {}
    for place, row in enumerate(rows):
        faults = [(c.name, fault_of(c, row[c.name])) for c in CONTRACT.columns]
        first = next((f for f in faults if f[1]), None)
        if first:
            expected[place] = first
    found, rest = judged(rows, TYPES)
    assert found == expected
    assert rest == [place for place in range(len(rows)) if place not in expected]


@settings(max_examples=8)
@given(ROWS)
def test_texts_are_judged_as_the_values_they_stand_for(rows):
    texts = [{c: None if v is None else str(v).lower() for c, v in row.items()} for row in rows]
    found, _ = judged(texts, dict.fromkeys(TYPES, "string"))
    expected, _ = judged(rows, TYPES)
    assert found == expected


def test_text_that_stands_for_no_value_is_told():
    row = {"months": "1.5", "charge": "x", "balance": "0x1", "plan": "a", "online": "maybe"}
    good = {"months": "1", "charge": "1", "balance": "1", "plan": "a", "online": "true"}
    rows = [good | {column: row[column]} for column in row] + [good]
    found, rest = judged(rows, dict.fromkeys(TYPES, "string"))
    assert found == {
        0: ("months", "is 1.5, wanted a whole number"),
        1: ("charge", "is text, wanted a number"),
        2: ("balance", "is text, wanted a number"),
        4: ("online", "is text, wanted true or false"),
    }
    assert rest == [3, 5]


def test_an_integer_that_a_float_would_change_is_a_fault_in_text_and_in_numbers():
    text = {"months": "1", "charge": "1", "balance": "1", "plan": "a", "online": "true"}
    columns = {"months": "9007199254740993"}
    found, _ = judged([text | columns], dict.fromkeys(TYPES, "string"))
    assert found == {0: ("months", "is above 100")}
    wide = Column("n", "integer")
    assert fault_of(wide, 2**53) and fault_of(wide, -(2**53)) and not fault_of(wide, 2**53 - 1)
