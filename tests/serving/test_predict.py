import pytest
from held import asked, loaded, routes
from servers import GOOD, place

from mainstay.serving.predict import decision


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
    assert own.threshold is None and decision(0.9, own) is None
    assert asked(routes(tmp_path), "POST", "/predict", GOOD)[1]["contact"] is None


@pytest.mark.parametrize(("score", "contacts"), [(0.5, True), (0.4999, False), (1.0, True)])
def test_from_the_operating_point_on_a_customer_is_contacted(tmp_path, score, contacts):
    assert decision(score, loaded(tmp_path)) is contacts


def test_a_row_needs_no_id(table):
    row = {name: value for name, value in GOOD.items() if name != "customer_id"}
    assert asked(table, "POST", "/predict", row)[1]["id"] is None
