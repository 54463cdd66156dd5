from held import current, table
from servers import place

from mainstay.serving import exposition
from mainstay.serving.request import Request


def told(routes, path):
    return routes.answer(Request(b"GET", path, b"", {}, b"")).body


def test_how_to_ask_follows_the_release(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    own = current(tmp_path)
    routes = table(own)
    for path in (b"/docs", b"/openapi.json", b"/release"):
        assert b"v1.0.0" in told(routes, path) and told(routes, path) is told(routes, path)
    place(tmp_path / "slots", "v1.1.0", level=2.0, counter=2)
    own.look()
    for path in (b"/docs", b"/openapi.json", b"/release"):
        assert b"v1.1.0" in told(routes, path)


def test_metrics_are_not_made_anew_for_each_of_many_who_ask(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(exposition, "text", lambda collector: made.append(1) or b"")
    routes = table(current(tmp_path))
    for _ in range(1000):
        told(routes, b"/metrics")
    assert 1 <= len(made) < 500


def test_without_a_release_what_needs_one_is_503_with_the_reason(tmp_path):
    routes = table(current(tmp_path))
    for path in (b"/docs", b"/openapi.json", b"/release", b"/v2/health/ready", b"/v2/models/churn"):
        answer = routes.answer(Request(b"GET", path, b"", {}, b""))
        assert (
            answer.status == 503 and ("retry-after", "1") in answer.headers and b"no release is here yet" in answer.body
        )
    assert routes.answer(Request(b"GET", b"/v2/health/live", b"", {}, b"")).status == 200
    assert routes.answer(Request(b"POST", b"/predict", b"", {}, b"{}")).status == 503
