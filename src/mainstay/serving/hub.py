"""What all connections share: the routes, the clock, the counts, and when to shed."""

from __future__ import annotations

import time
from email.utils import formatdate

from mainstay.params import Serve
from mainstay.serving.endpoints import ALWAYS
from mainstay.serving.exposition import Counts
from mainstay.serving.http_protocol import Connection
from mainstay.serving.problem import Problem
from mainstay.serving.request import Answer, Request
from mainstay.serving.routes import Routes, told


class Hub:
    """The one state of a server that is not its release."""

    def __init__(self, routes: Routes, counts: Counts, connections: set[Connection], limits: Serve) -> None:
        self.routes, self.counts, self.connections, self.limits = routes, counts, connections, limits
        self.stopping, self.buffered = False, 0
        self.tick()

    def answer(self, request: Request, shed: bool) -> Answer:
        """Of a whole request. A connection that is one too many hears how the server is, and else to come again."""
        begin = time.perf_counter()
        if shed and request.path not in ALWAYS:
            answer = self.refuse(Problem(503, "too many connections are open"))
        else:
            answer = self.routes.answer(request)
            self.counts.answers[answer.status] += 1
        self.counts.latency.add(time.perf_counter() - begin)
        return answer

    def refuse(self, problem: Problem) -> Answer:
        """The answer to what was not, or not wholly, taken."""
        answer = told(problem)
        self.counts.answers[answer.status] += 1
        if answer.status == 503:
            self.counts.shed += 1
            return answer._replace(headers=(*answer.headers, ("retry-after", str(self.limits.retry_after_s))))
        return answer

    def tick(self) -> None:
        """Sets the clock, and ends connections that have lasted too long."""
        self.now_s = time.monotonic()
        self.date = f"date: {formatdate(usegmt=True)}\r\n".encode()
        for connection in tuple(self.connections):
            connection.sweep(self.now_s)
