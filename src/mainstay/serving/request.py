"""A request as handlers see it, and their answer."""

from __future__ import annotations

from urllib.parse import parse_qs

import msgspec

JSON = b"application/json"


class Request(msgspec.Struct, frozen=True):
    """`headers` holds, by lower-case name, those that anybody here asks for."""

    method: bytes
    path: bytes
    query: bytes
    headers: dict[bytes, bytes]
    body: bytes

    def asked(self, name: str) -> str | None:
        """The last value of a parameter in the query, or None."""
        if not self.query:
            return None
        values = parse_qs(self.query.decode("latin-1"), keep_blank_values=True, max_num_fields=20).get(name)
        return values[-1] if values else None


class Answer(msgspec.Struct, frozen=True):
    """What goes back; `kind` is its media type."""

    body: bytes
    status: int = 200
    kind: bytes = JSON
    headers: tuple[tuple[str, str], ...] = ()
    closes: bool = False
