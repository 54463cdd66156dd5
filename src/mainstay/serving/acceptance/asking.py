"""Questions to a server over HTTP, each answered in full and in time, or not."""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mainstay.refusal import Refusal

MAX_BYTES = 50_000_000
"""Of an answer; a server that sends more is not one of ours."""

JSON = "application/json"


class Unanswered(Exception):
    """The server gave no whole answer in time; says why, in a line."""


@dataclass(frozen=True)
class Answer:
    """`kind` is its content type without parameters; `took_s` is from the first byte sent to the last received."""

    status: int
    kind: str
    body: bytes
    took_s: float

    @property
    def document(self) -> object:
        """The JSON in it; None where it holds none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class Service:
    """A server by its URL; `token` is sent with every question where there is one."""

    url: str
    timeout_s: float
    token: str | None = None

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refusal(f"URL: saw {self.url!r}, wanted http(s)://HOST of a server; is the variable set?")

    @contextmanager
    def asking(self) -> Iterator[Asker]:
        """A connection that is kept for as long as the block lasts."""
        asker = Asker(self)
        try:
            yield asker
        finally:
            asker.connection.close()

    def ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """One question by a connection of its own. Raises Unanswered."""
        with self.asking() as asker:
            return asker.ask(method, path, body)

    @property
    def headers(self) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Content-Type": JSON, "Accept": JSON} | own


class Asker:
    """One connection; where the server closed it after an answer the next question opens another."""

    def __init__(self, service: Service) -> None:
        parts = urllib.parse.urlsplit(service.url)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        self.service, self.base = service, parts.path.rstrip("/")
        self.connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=service.timeout_s)

    def ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Raises Unanswered; nothing is asked twice, for whoever calls may not be so patient."""
        begin = time.perf_counter()
        try:
            self.connection.request(method, self.base + path, body, self.service.headers)
            return self.answer(begin)
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise Unanswered(_why(error)) from error

    def answer(self, begin: float) -> Answer:
        """The answer to what was sent since `begin`, by the clock of `time.perf_counter`."""
        response = self.connection.getresponse()
        body = _read(response, begin + self.service.timeout_s)
        kind = response.headers.get_content_type()
        return Answer(response.status, kind, body, time.perf_counter() - begin)


def post(asker: Asker, document: object) -> Answer:
    """What the server predicts of a row or a list of rows. Raises Unanswered."""
    return asker.ask("POST", "/predict", json.dumps(document, allow_nan=False).encode())


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    body = b""
    while chunk := response.read1(MAX_BYTES):
        body += chunk
        if len(body) > MAX_BYTES:
            raise http.client.HTTPException(f"answers with more than {MAX_BYTES:,} bytes")
        if time.perf_counter() > until:
            raise TimeoutError("drips its answer")
    response.close()  # read to its end, so that the connection is free again
    return body


def _why(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
