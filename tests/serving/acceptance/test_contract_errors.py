import json
from dataclasses import replace

import pytest
import tiny
from fake_service import Problem

from mainstay.model.selftest import typed
from mainstay.serving.acceptance.asking import Answer
from mainstay.serving.acceptance.contract_errors import bad_rows, contract_errors, pointers


@pytest.fixture
def good(subject):
    return subject.manifest.golden[0].row


def test_every_feature_is_broken_in_every_way_and_each_row_has_the_fault_it_says(good):
    bad = list(bad_rows(tiny.CONTRACT, good))
    assert {b.field for b in bad} == {c.name for c in tiny.CONTRACT.features} | {"observed_on", "no_such_field"}
    for b in bad:
        named = {fault.column for fault in tiny.CONTRACT.faults(typed(b.row, tiny.CONTRACT))}
        assert b.field in named or b.fault == "is no date", (b, named)
    assert len(bad) == len({json.dumps([b.field, b.row]) for b in bad})


def test_undated_rows_have_no_date_to_break():
    undated = replace(tiny.CONTRACT, observed_on=None, columns=tiny.CONTRACT.columns[:4])
    bad = list(bad_rows(undated, {"tenure_months": 3, "charge": 20.0, "plan": "monthly", "auto_pay": True}))
    assert {b.field for b in bad} == {"tenure_months", "charge", "plan", "auto_pay", "no_such_field"}
    assert all(undated.faults(b.row) for b in bad)


def test_a_server_that_names_the_field_passes(service, good):
    told = contract_errors(service, tiny.CONTRACT, good)
    assert told.verdict.answer == "pass", told.verdict.reasons
    assert told.figures["bad rows"] == told.figures["answered with the field"] > 20


@pytest.mark.parametrize(
    ("problem", "said"), [(Problem(422), "names no field, wanted /tenure_months"), (Problem(500), "answers 500")]
)
def test_one_that_does_not_fails(fake, service, good, problem, said):
    def predict(row, at=""):
        raise problem

    fake.predict = predict
    reasons = contract_errors(service, tiny.CONTRACT, good).verdict.reasons
    assert said in reasons[0] and reasons[-1].endswith("more")


def test_one_that_takes_what_is_unknown_fails(fake, service, good):
    real = fake.predict
    fake.predict = lambda row, at="": real({k: v for k, v in row.items() if k != "no_such_field"}, at)
    (reason,) = contract_errors(service, tiny.CONTRACT, good).verdict.reasons
    assert "no_such_field is not in the contract: answers 200 application/json" in reason


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"errors": [{"pointer": "/a"}, {"pointer": "#/b"}]}, ["/a", "/b"]),
        ({"errors": [{"pointer": 1}, "x", {}]}, []),
        ({"errors": "/a"}, []),
        ([], []),
    ],
)
def test_pointers_are_read_from_problem_details_only(body, found):
    assert pointers(Answer(422, "application/problem+json", json.dumps(body).encode(), 0.0)) == found
