"""All endpoints of the server, put together."""

from __future__ import annotations

from collections.abc import Sized

from mainstay.serving import exposition, predict
from mainstay.serving.current import Current
from mainstay.serving.exposition import Collector, Counts
from mainstay.serving.loading import Loaded
from mainstay.serving.problem import Problem
from mainstay.serving.request import Answer, Request
from mainstay.serving.routes import Routes
from mainstay.serving.rows_in import Row
from mainstay.serving.tokens import Tokens

PREDICT, RELEASE, METRICS = b"/predict", b"/release", b"/metrics"
LIVE, READY = b"/v2/health/live", b"/v2/health/ready"
ALWAYS = frozenset({LIVE, READY, METRICS, RELEASE})
"""How the server is: told however many ask, and to whoever asks."""


def routes(current: Current, counts: Counts, tokens: Tokens, connections: Sized) -> Routes:
    """The table of paths."""

    def loaded() -> Loaded:
        if current.loaded is None:
            raise Problem(503, current.fault or "no release is here yet", headers=(("retry-after", "1"),))
        return current.loaded

    def noted(now: Loaded, rows: list[Row], scores: list[float]) -> None:
        counts.predicted(now.release, scores)

    def release(request: Request) -> Answer:
        return Answer(loaded().manifest_json)

    collector = Collector(counts, current, connections, lambda: 0)

    def metrics(request: Request) -> Answer:
        return Answer(exposition.text(collector), kind=exposition.KIND)

    def live(request: Request) -> Answer:
        return Answer(b'{"live":true}')

    def ready(request: Request) -> Answer:
        loaded()
        return Answer(b'{"ready":true}')

    return Routes(
        get={RELEASE: release, METRICS: metrics, LIVE: live, READY: ready},
        post={PREDICT: predict.endpoint(loaded, noted)},
        guarded=frozenset({PREDICT}),
        tokens=tokens,
    )
