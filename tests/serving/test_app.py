import pytest
from servers import GOOD, limits, place, serving
from shipped import model

from mainstay.model.file import Model
from mainstay.model.selftest import typed


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    place(folder / "slots", "v1.0.0")
    with serving(folder / "slots", params=limits(folder)) as running:
        yield running


def test_it_says_what_it_serves_and_where(server):
    assert server.told == f"serving v1.0.0 at http://127.0.0.1:{server.port}"


def test_one_customer_gets_the_score_of_the_model_file(server):
    own = Model.from_bytes(model(1.0))
    score = own.score_one(typed(GOOD, own.contract))
    assert server.predict(GOOD) == (
        200,
        {"id": "C1", "probability": score, "contact": score >= 0.5, "release": "v1.0.0"},
    )


def test_a_list_is_answered_in_its_order_with_reasons_where_asked_for(server):
    status, told = server.predict([GOOD, GOOD | {"customer_id": "C2", "tenure_months": 90}], "?explain=2")
    assert status == 200 and told["release"] == "v1.0.0"
    first, second = told["predictions"]
    assert (first["id"], second["id"]) == ("C1", "C2") and first["probability"] > second["probability"]
    assert [r["feature"] for r in first["reasons"]] == ["tenure_months", "renewed_on"]
    assert first["reasons"][1]["value"] == "2024-01-01"


def test_a_fault_is_told_as_a_problem_that_names_the_field(server):
    status, headers, _ = server.ask("POST", "/predict", GOOD | {"tenure_months": 601})
    assert (status, headers["content-type"]) == (422, "application/problem+json")
    assert server.predict([GOOD, GOOD | {"tenure_months": 601, "plan": 7}])[1]["errors"] == [
        {"pointer": "/1/tenure_months", "detail": "is above 600"},
        {"pointer": "/1/plan", "detail": "is an integer, wanted a string"},
    ]


def test_it_tells_the_release_and_how_it_is(server):
    assert server.get("/release")[1]["release"] == "v1.0.0"
    assert server.get("/v2/health/live")[0] == server.get("/v2/health/ready")[0] == 200
    assert server.metric("mainstay_ready") == 1


def test_it_starts_without_a_release_and_takes_the_first_that_comes(tmp_path):
    with serving(tmp_path / "slots", params=limits(tmp_path)) as server:
        assert server.told.startswith("waiting at http://127.0.0.1:")
        assert server.get("/v2/health/live")[0] == 200
        assert server.get("/v2/health/ready")[0] == server.predict(GOOD)[0] == 503
        place(tmp_path / "slots", "v1.0.0")
        server.until(lambda: server.get("/v2/health/ready")[0] == 200)
        assert server.predict(GOOD)[0] == 200


def test_it_stops_with_0(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    with serving(tmp_path / "slots", params=limits(tmp_path)) as server:
        assert server.stop() == 0
