"""A request as handlers see it, and their answer."""

from __future__ import annotations

from urllib.parse import parse_qs

import msgspec

from mainstay.serving.problem import Problem

JSON = b"application/json"


class Request(msgspec.Struct, frozen=True):
    """`headers` holds, by lower-case name, those that anybody here asks for."""

    method: bytes
    path: bytes
    query: bytes
    headers: dict[bytes, bytes]
    body: bytes

    def asked(self, name: str) -> str | None:
        """The value of the only parameter that the query may hold, or None. Raises Problem 400."""
        if not self.query:
            return None
        values = parse_qs(self.query.decode("latin-1"), keep_blank_values=True)
        unknown = sorted(values.keys() - {name})
        if unknown:
            raise Problem(400, f"parameter {unknown[0][:20]!r} is not known; wanted {name}, or none")
        if len(values.get(name, ())) > 1:
            raise Problem(400, f"parameter {name} stands twice")
        return next(iter(values.get(name, ())), None)


class Answer(msgspec.Struct, frozen=True):
    """What goes back; `kind` is its media type."""

    body: bytes
    status: int = 200
    kind: bytes = JSON
    headers: tuple[tuple[str, str], ...] = ()


class Later(msgspec.Struct, gc=False):
    """A body whose `answer` is there by the time when answers are sent. `since_s` is when it came, by perf_counter."""

    body: bytes
    answer: Answer | None = None
    since_s: float = 0.0
