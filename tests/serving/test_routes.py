import hashlib
import json

import pytest
from held import asked, routes
from servers import GOOD, place

from mainstay.serving.request import Request
from mainstay.serving.routes import Routes
from mainstay.serving.tokens import Tokens


@pytest.fixture
def table(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    return routes(tmp_path)


def test_what_is_not_there_is_404_and_the_wrong_method_405(table):
    assert asked(table, "GET", "/nothing")[0] == 404
    answer = table.answer(Request(b"GET", b"/predict", b"", {}, b""))
    assert (answer.status, answer.headers) == (405, (("allow", "POST"),))
    assert asked(table, "DELETE", "/release")[0] == 405


@pytest.mark.parametrize(
    ("header", "status"),
    [("application/json", 200), ("Application/JSON; charset=utf-8", 200), ("text/plain", 415), ("", 415)],
)
def test_what_does_not_say_that_it_is_json_is_415(table, header, status):
    assert asked(table, "POST", "/predict", GOOD, content_type=header)[0] == status


def test_a_compressed_body_is_415(table):
    assert asked(table, "POST", "/predict", GOOD, content_encoding="gzip")[0] == 415


def test_with_tokens_predictions_want_one_and_how_it_is_does_not(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    table = routes(tmp_path, tokens=Tokens((hashlib.sha256(b"secret").hexdigest(),)))
    for path in ("/predict", "/v2/models/churn/infer"):
        assert asked(table, "POST", path, GOOD)[0] == 401
    assert asked(table, "POST", "/predict", GOOD, authorization="Bearer secret")[0] == 200
    for path in ("/release", "/v2/health/ready", "/v2/health/live", "/openapi.json"):
        assert asked(table, "GET", path)[0] == 200
    assert "security" in asked(table, "GET", "/openapi.json")[1]["paths"]["/predict"]["post"]


def test_a_fault_of_ours_is_500_and_told_on_the_terminal(capsys):
    answer = Routes({b"/": lambda request: 1 / 0}, {}).answer(Request(b"GET", b"/", b"", {}, b""))
    assert answer.status == 500 and "ZeroDivisionError" not in json.loads(answer.body)["detail"]
    assert "ZeroDivisionError" in capsys.readouterr().err
