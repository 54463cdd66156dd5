"""Which path is answered by what, and by whom: one request in, one answer out, whatever happens."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mainstay.serving import problem
from mainstay.serving.problem import Problem
from mainstay.serving.request import JSON, Answer, Later, Request
from mainstay.serving.tokens import Tokens

Handler = Callable[[Request], Answer | Later]


@dataclass(frozen=True)
class Routes:
    """`get` and `post` by path. Paths in `guarded` want a token, where there are any."""

    get: Mapping[bytes, Handler]
    post: Mapping[bytes, Handler]
    guarded: frozenset[bytes] = frozenset()
    tokens: Tokens = field(default_factory=Tokens)

    def answer(self, request: Request) -> Answer | Later:
        """Never raises."""
        try:
            return self._handler(request)(request)
        except Exception as error:
            return told_of(error)

    def _handler(self, request: Request) -> Handler:
        path = request.path
        handler = (self.post if request.method == b"POST" else self.get).get(path)
        if handler is None or request.method not in (b"GET", b"HEAD", b"POST"):
            raise self._no_such(request)
        if path in self.guarded and self.tokens:
            self.tokens.check(request.headers.get(b"authorization"))
        if request.method == b"POST" and request.headers.get(b"content-type") != JSON:
            _is_json(request.headers)
        if b"content-encoding" in request.headers:
            _is_plain(request.headers)
        return handler

    def _no_such(self, request: Request) -> Problem:
        found = [name for name, table in (("GET, HEAD", self.get), ("POST", self.post)) if request.path in table]
        if not found:
            return Problem(404, "nothing is here; see /docs")
        return Problem(405, f"wanted {found[0]}", headers=(("allow", found[0]),))


def told_of(error: Exception) -> Answer:
    """What a handler raised, as an answer: a fault of ours is a 500, and told on the terminal."""
    if isinstance(error, Problem):
        return told(error)
    traceback.print_exception(error, file=sys.stderr)
    return told(Problem(500, "a fault of the server's own; its log has more"))


def told(fault: Problem) -> Answer:
    """The answer that tells a problem."""
    return Answer(fault.body, fault.status, problem.KIND, fault.headers)


def _is_json(headers: Mapping[bytes, bytes]) -> None:
    """Raises Problem where a body says that it is anything else: a page of another site cannot send JSON unasked."""
    kind = headers.get(b"content-type", JSON).partition(b";")[0].strip().lower()
    if kind != JSON:
        raise Problem(415, "wanted content-type: application/json")


def _is_plain(headers: Mapping[bytes, bytes]) -> None:
    if headers[b"content-encoding"].lower() != b"identity":
        raise Problem(415, "wanted a body that is not compressed")
