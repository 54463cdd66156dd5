"""What all connections share: the routes, the clock, the counts, and when to shed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate

from msgspec.structs import replace

from mainstay.params import Serve
from mainstay.serving.endpoints import ALWAYS
from mainstay.serving.exposition import Counts
from mainstay.serving.http_protocol import Connection
from mainstay.serving.problem import Problem
from mainstay.serving.request import Answer, Later, Request
from mainstay.serving.routes import Routes, told

ENOUGH = 64
"""Of bodies; so many do not wait for more."""


class Hub:
    """The one state of a server that is not its release. `keep` writes down what was answered, before it is sent."""

    def __init__(
        self,
        routes: Routes,
        counts: Counts,
        connections: set[Connection],
        limits: Serve,
        settle: Callable[[], None] = lambda: None,
        keep: Callable[[], None] = lambda: None,
    ) -> None:
        self.routes, self.counts, self.connections, self.limits = routes, counts, connections, limits
        self.settle, self.keep = settle, keep
        self._later: list[Later] = []
        self._seen = 0
        self.stopping, self.buffered = False, 0
        self._waiting: list[Connection] = []
        self.tick()

    def answer(self, request: Request, shed: bool) -> Answer | Later:
        """Of a whole request. A connection that is one too many hears how the server is, and else to come again."""
        begin = time.perf_counter()
        if shed and request.path not in ALWAYS:
            answer = self.refuse(Problem(503, "too many connections are open"))
        else:
            answer = self.routes.answer(request)
            if type(answer) is Later:
                answer.since_s = begin
                self._later.append(answer)
                return answer
            self.counts.answers[answer.status] += 1
        self.counts.latency.add([time.perf_counter() - begin])
        return answer

    def refuse(self, problem: Problem) -> Answer:
        """The answer to what was not, or not wholly, taken."""
        answer = told(problem)
        self.counts.answers[answer.status] += 1
        if answer.status == 503:
            self.counts.shed += 1
            return replace(answer, headers=(*answer.headers, ("retry-after", str(self.limits.retry_after_s))))
        return answer

    def send(self, connection: Connection) -> None:
        """Sends a connection's answers once all that came at the same time is handled, and the log has it."""
        if not self._waiting:
            self._look_again()
        self._waiting.append(connection)

    def _look_again(self) -> None:
        asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        """Sends, unless more have asked since the last look: whoever did while others were read may come along."""
        if self._seen < len(self._later) < ENOUGH:
            self._seen = len(self._later)
            self._look_again()
        else:
            self._flush()

    def _flush(self) -> None:
        waiting, self._waiting, self._seen = self._waiting, [], 0
        if self._later:
            self._settle()
        self.keep()
        for connection in waiting:
            connection.flush()

    def _settle(self) -> None:
        later, self._later = self._later, []
        self.settle()
        end = time.perf_counter()
        told = [one.answer.status for one in later]
        for status in set(told):
            self.counts.answers[status] += told.count(status)
        self.counts.latency.add([end - one.since_s for one in later])

    def tick(self) -> None:
        """Sets the clock, and ends connections that have lasted too long."""
        self.now_s = time.monotonic()
        self.date = f"date: {formatdate(usegmt=True)}\r\n".encode()
        for connection in tuple(self.connections):
            connection.sweep(self.now_s)
