from held import current
from servers import place

from mainstay.serving import endpoints, exposition
from mainstay.serving.exposition import Counts
from mainstay.serving.recording import Recording
from mainstay.serving.request import Request
from mainstay.serving.tokens import Tokens


def told(table, path):
    return table.answer(Request(b"GET", path, b"", {}, b"")).body


def test_how_to_ask_follows_the_release(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    own = current(tmp_path)
    table = endpoints.routes(own, Recording(Counts()), Tokens(), ())
    for path in (b"/docs", b"/openapi.json", b"/release"):
        assert b"v1.0.0" in told(table, path) and told(table, path) is told(table, path)
    place(tmp_path / "slots", "v1.1.0", level=2.0, counter=2)
    own.look()
    for path in (b"/docs", b"/openapi.json", b"/release"):
        assert b"v1.1.0" in told(table, path)


def test_metrics_are_not_made_anew_for_each_of_many_who_ask(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(exposition, "text", lambda collector: made.append(1) or b"")
    table = endpoints.routes(current(tmp_path), Recording(Counts()), Tokens(), ())
    for _ in range(1000):
        told(table, b"/metrics")
    assert 1 <= len(made) < 500


def test_without_a_release_what_needs_one_is_503_with_the_reason(tmp_path):
    table = endpoints.routes(current(tmp_path), Recording(Counts()), Tokens(), ())
    for path in (b"/docs", b"/openapi.json", b"/release", b"/v2/health/ready", b"/v2/models/churn"):
        answer = table.answer(Request(b"GET", path, b"", {}, b""))
        assert (
            answer.status == 503 and ("retry-after", "1") in answer.headers and b"no release is here yet" in answer.body
        )
    assert table.answer(Request(b"GET", b"/v2/health/live", b"", {}, b"")).status == 200
    assert table.answer(Request(b"POST", b"/predict", b"", {}, b"{}")).status == 503
