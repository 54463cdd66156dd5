import json

import pytest
from held import JSON, asked, loaded, routes
from servers import GOOD, place

from mainstay.serving.predict import decisions
from mainstay.serving.request import Request

OTHER = GOOD | {"customer_id": "C2", "tenure_months": 90}


@pytest.fixture
def table(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    return routes(tmp_path)


@pytest.mark.parametrize("text", ["-1", "4", "x", "", "1.5", "99999", "٣"])
def test_a_number_of_reasons_that_cannot_be_given_is_400(table, text):
    status, told = asked(table, "POST", f"/predict?explain={text.encode().decode('latin-1')}", GOOD)
    assert status == 400 and "wanted a whole number from 0 to 3" in told["detail"]


@pytest.mark.parametrize(("query", "count"), [("", None), ("?explain=0", None), ("?explain=1", 1), ("?explain=3", 3)])
def test_as_many_reasons_come_as_are_asked_for(table, query, count):
    told = asked(table, "POST", f"/predict{query}", GOOD)[1]
    assert len(told.get("reasons", ())) == (count or 0) and ("reasons" in told) == (count is not None)


def test_reasons_and_base_make_the_log_odds(tmp_path):
    import math

    own = loaded(tmp_path)
    told = asked(routes(tmp_path), "POST", "/predict?explain=3", GOOD)[1]
    log_odds = own.model.base + sum(reason["contribution"] for reason in told["reasons"])
    assert 1 / (1 + math.exp(-log_odds)) == pytest.approx(told["probability"], abs=1e-6)


def test_no_rows_get_no_predictions(table):
    assert asked(table, "POST", "/predict", []) == (200, {"release": "v1.0.0", "predictions": []})


def test_a_release_without_an_operating_point_decides_nothing(tmp_path):
    own = loaded(tmp_path, metrics={"roc_auc": 0.8})
    assert own.threshold is None and decisions([0.9], own) == [None]
    assert asked(routes(tmp_path), "POST", "/predict", GOOD)[1]["contact"] is None


def test_from_the_operating_point_on_a_customer_is_contacted(tmp_path):
    assert decisions([0.5, 0.4999, 1.0], loaded(tmp_path)) == [True, False, True]


def test_a_row_needs_no_id(table):
    row = {name: value for name, value in GOOD.items() if name != "customer_id"}
    assert asked(table, "POST", "/predict", row)[1]["id"] is None


def test_a_list_of_customers_is_answered_in_its_order_as_each_alone(table):
    alone = [asked(table, "POST", "/predict", row)[1] for row in (GOOD, OTHER)]
    told = asked(table, "POST", "/predict", [GOOD, OTHER])[1]
    assert told["predictions"] == [{k: v for k, v in one.items() if k != "release"} for one in alone]
    assert alone[0]["probability"] != alone[1]["probability"]


def test_a_fault_among_those_who_ask_together_is_told_to_who_made_it_alone(table):
    bodies = [json.dumps(row).encode() for row in (GOOD, GOOD | {"tenure_months": "x"}, OTHER)]
    waiting = [table.routes.answer(Request(b"POST", b"/predict", b"", JSON, body)) for body in bodies]
    table.together.settle()
    assert [one.answer.status for one in waiting] == [200, 422, 200]
    assert b"/tenure_months" in waiting[1].answer.body
    assert [json.loads(waiting[n].answer.body)["id"] for n in (0, 2)] == ["C1", "C2"]


@pytest.mark.parametrize("body", [b" ", b'{"tenure_months":', b'{"customer_id": "C1"} {}', b"7", b"\xff"])
def test_what_is_no_customer_is_a_problem_and_no_fault_of_ours(table, body):
    assert asked(table, "POST", "/predict", body)[0] in (400, 422)
