"""What is wrong with a request, as RFC 9457 tells it: application/problem+json that names each field."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple

import msgspec

KIND = b"application/problem+json"


class Wrong(NamedTuple):
    """One fault: where, as a JSON pointer (RFC 6901), and what."""

    pointer: str
    detail: str


class Problem(Exception):
    """A request that is answered by a fault and no more; `headers` go with the answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Iterable[Wrong] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, tuple(errors)
        self.headers = headers
        self.more: dict[str, str] = {}
        """Members of the answer beyond RFC 9457's."""

    @property
    def body(self) -> bytes:
        """JSON. The type is `about:blank`, whose title is that of the status."""
        document: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = [wrong._asdict() for wrong in self.errors]
        return msgspec.json.encode(document | self.more)


def pointer(*steps: str | int) -> str:
    """A JSON pointer to what these keys and positions lead to."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
