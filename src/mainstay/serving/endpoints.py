"""All endpoints of the server, put together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sized

import msgspec

from mainstay.serving import docs_page, exposition, open_inference, openapi, predict
from mainstay.serving.current import Current
from mainstay.serving.exposition import Collector
from mainstay.serving.loading import Loaded
from mainstay.serving.open_inference import NAME
from mainstay.serving.problem import Problem
from mainstay.serving.recording import Recording
from mainstay.serving.request import Answer, Request
from mainstay.serving.routes import Handler, Routes
from mainstay.serving.together import Together
from mainstay.serving.tokens import Tokens

PREDICT, INFER = b"/predict", f"/v2/models/{NAME}/infer".encode()
RELEASE, METRICS = b"/release", b"/metrics"
LIVE, READY = b"/v2/health/live", b"/v2/health/ready"
METRICS_LAST_S = 0.05
"""Seconds for which the text of the metrics is told again as it was."""

ALWAYS = frozenset({LIVE, READY, METRICS, RELEASE})
"""How the server is: told however many ask."""


def routes(current: Current, recording: Recording, tokens: Tokens, connections: Sized, together: Together) -> Routes:
    """The table of paths. Who has no token may still see how the server is, and how to ask."""

    def loaded() -> Loaded:
        if current.loaded is None:
            why = current.fault or "no release is here yet"
            raise Problem(503, why, headers=(("retry-after", str(current.limits.retry_after_s)),))
        return current.loaded

    model = f"/v2/models/{NAME}".encode()
    get: dict[bytes, Handler] = {
        RELEASE: lambda request: Answer(loaded().manifest_json),
        METRICS: _metrics(Collector(recording, current, connections)),
        LIVE: _told(lambda: {"live": True}),
        READY: _told(lambda: {"ready": True, "release": loaded().release, "fault": current.fault}),
        b"/v2": _told(open_inference.server),
        model: _told(lambda: open_inference.metadata(loaded())),
        model + b"/ready": _told(lambda: {"name": NAME, "ready": bool(loaded())}),
    }
    get |= _reading(loaded, bool(tokens))
    post = {PREDICT: predict.endpoint(loaded, recording, together), INFER: open_inference.infer(loaded, recording)}
    return Routes(get, post, frozenset(post), tokens)


def _reading(loaded: Callable[[], Loaded], guarded: bool) -> dict[bytes, Handler]:
    """What tells how to ask."""

    def document(now: Loaded) -> dict[str, object]:
        return openapi.document(now.model.contract, now.release, now.rows_in.limits.max_rows, guarded)

    def page() -> Answer:
        now = loaded()
        html = docs_page.page(document(now), now.model.contract)
        return Answer(html, kind=b"text/html; charset=utf-8", headers=docs_page.POLICY)

    def plain() -> Answer:
        return Answer(msgspec.json.encode(document(loaded())))

    def release() -> object:
        return loaded().slot

    return {b"/openapi.json": _kept(release, plain), b"/docs": _kept(release, page)}


def _metrics(collector: Collector) -> Handler:
    def make() -> Answer:
        return Answer(exposition.text(collector), kind=exposition.KIND)

    return _kept(lambda: time.monotonic() // METRICS_LAST_S, make)


def _kept(key: Callable[[], object], make: Callable[[], Answer]) -> Handler:
    """An answer that is made anew only where its key has changed: asking for it by the thousand costs nobody."""
    kept: list[object] = [None, None]

    def handle(request: Request) -> Answer:
        now = key()
        if kept[1] is None or kept[0] != now:
            kept[:] = now, make()
        return kept[1]

    return handle


def _told(document: Callable[[], object]) -> Handler:
    return lambda request: Answer(msgspec.json.encode(document()))
