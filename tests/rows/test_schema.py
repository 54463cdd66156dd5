import json

import jsonschema
import pytest

from mainstay.rows.contract import Column, Contract, Outcome
from mainstay.rows.schema import json_schema

CONTRACT = Contract(
    "id",
    "day",
    Outcome("churned", None, "1", "0", None, 30, 0),
    (),
    None,
    (
        Column("months", "integer", min=0, max=100, unit="months"),
        Column("charge", "number", missing=0.1),
        Column("plan", "category", values=("a", "b")),
        Column("online", "boolean", missing=0.1),
        Column("called_on", "date", missing=0.1),
        Column("gender", "category", values=("f", "m"), use="slice"),
        Column("note", "category", values=("x",), use="ignore"),
    ),
)
GOOD = {"id": "C1", "day": "2024-01-01", "months": 3, "plan": "a"}


def valid(row: dict) -> bool:
    schema = json_schema(CONTRACT)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).is_valid(row)


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"plan": "unseen"}, True),
        ({"charge": None, "online": True, "gender": "f", "called_on": "2023-12-01"}, True),
        ({"months": 101}, False),
        ({"months": 1.5}, False),
        ({"months": None}, False),
        ({"charge": "12"}, False),
        ({"online": 1}, False),
        ({"id": 7}, False),
        ({"note": "x"}, False),
        ({"churned": 1}, False),
    ],
)
def test_rows_fit_or_do_not(change, fits):
    assert valid(GOOD | change) is fits


@pytest.mark.parametrize("key", ["months", "plan", "day"])
def test_what_tolerates_no_gap_is_required(key):
    assert not valid({k: v for k, v in GOOD.items() if k != key})


def test_the_schema_is_plain_json():
    assert json.loads(json.dumps(json_schema(CONTRACT))) == json_schema(CONTRACT)
