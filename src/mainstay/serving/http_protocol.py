"""HTTP/1.1 on one connection: requests in, answers out in their order; limits on all that a client can send or hold.

Parsing is llhttp's, by httptools. Handlers are quick and never wait, so requests of a connection that arrive
together are answered together.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import httptools

from mainstay.params import Serve
from mainstay.serving import head
from mainstay.serving.head import render
from mainstay.serving.problem import Problem
from mainstay.serving.request import Answer, Later, Request

WANTED = frozenset({b"authorization", b"content-type", b"content-length", b"content-encoding", b"expect", b"host"})
"""Headers that anybody here asks for."""

CLOSE, KEEP, KEEP_1_0 = b"connection: close\r\n", b"", b"connection: keep-alive\r\n"


class Hub(Protocol):
    """What all connections share. `now_s` is a clock that is set a few times a second."""

    limits: Serve
    now_s: float
    date: bytes
    stopping: bool
    buffered: int
    connections: set[Connection]

    def answer(self, request: Request, shed: bool) -> Answer | Later: ...

    def send(self, connection: Connection) -> None: ...

    def refuse(self, problem: Problem) -> Answer: ...


class Connection(asyncio.Protocol):
    """One client. `since_s` is when it began what it has to end, as a request; None while it may idle."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.parser = httptools.HttpRequestParser(self)
        self.out: list[bytes | tuple[Later, bytes]] = []
        self.in_head = self.closing = self.heard_out = self.lingers = False
        self.since_s: float | None = hub.now_s
        self.choked_s: float | None = None
        self.seen_s = hub.now_s
        self.url, self.headers, self.body = b"", {}, b""
        self.head_bytes = self.raw_head_bytes = self.void_bytes = 0

    # the transport's calls

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.shed = len(self.hub.connections) >= self.hub.limits.max_connections
        self.hub.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.hub.connections.discard(self)
        self._forget_body()

    def data_received(self, data: bytes) -> None:
        if self.closing:
            self._discard(len(data))
            return
        self.ended_one = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.closing = True  # answered as any other request; what follows it is in another tongue
        except httptools.HttpParserError as error:
            self._refuse(Problem(400, f"no HTTP/1.1 request: {error}"))
        if self.in_head and not self.ended_one:  # all of it is head; a header without an end is never told otherwise
            self.raw_head_bytes += len(data)
            self._check_head(self.raw_head_bytes)
        self._send()

    def eof_received(self) -> bool:
        """A client that has ended its side may still read; it has nothing more to say."""
        self.closing = self.heard_out = True
        self._send()
        return True

    def pause_writing(self) -> None:
        """A client that does not read its answers may not ask for more."""
        self.choked_s = self.hub.now_s
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.choked_s = None
        self.transport.resume_reading()

    # the parser's calls

    def on_message_begin(self) -> None:
        self.in_head, self.since_s = True, self.hub.now_s
        self.url, self.headers, self.body = b"", {}, b""
        self.head_bytes = self.raw_head_bytes = 0

    def on_url(self, url: bytes) -> None:
        self.url += url
        self.head_bytes += len(url)
        self._check_head(self.head_bytes)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.head_bytes += len(name) + len(value)
        name = name.lower()
        if name in WANTED:
            self.headers[name] = value

    def on_headers_complete(self) -> None:
        self.in_head = False
        self._check_head(self.head_bytes)
        length = self.headers.get(b"content-length", b"0")
        if int(length) > self.hub.limits.max_body_bytes:
            self._refuse(_too_large(self.hub.limits))
        elif self.headers.get(b"expect", b"").lower() == b"100-continue" and not self.closing:
            self.out.append(head.CONTINUE)

    def on_body(self, body: bytes) -> None:
        if self.closing:
            return
        self.hub.buffered += len(body)
        if not self.body:
            self.body = body
        else:
            if isinstance(self.body, bytes):
                self.body = bytearray(self.body)
            self.body += body
        if len(self.body) > self.hub.limits.max_body_bytes:
            self._refuse(_too_large(self.hub.limits))
        elif self.hub.buffered > self.hub.limits.max_buffered_bytes:
            self._refuse(Problem(503, "too many bodies are on their way at once"))

    def on_message_complete(self) -> None:
        if self.closing:
            return
        self.ended_one = True
        path, _, query = self.url.partition(b"?")
        method = self.parser.get_method()
        request = Request(method, path, query, self.headers, self.body)
        self._forget_body()
        self.since_s, self.seen_s = None, self.hub.now_s
        if b"host" not in self.headers and self.parser.get_http_version() == "1.1":
            self._refuse(Problem(400, "no HTTP/1.1 request: it names no Host"))
        else:
            self._answer(self.hub.answer(request, self.shed), method != b"HEAD")

    # what follows from them

    def _answer(self, answer: Answer | Later, with_body: bool) -> None:
        ends = self.hub.stopping or self.shed or self.parser.should_upgrade()
        keep = self.parser.should_keep_alive() and not ends
        connection = CLOSE if not keep else KEEP if self.parser.get_http_version() == "1.1" else KEEP_1_0
        if type(answer) is Later:
            self.out.append((answer, connection))
        else:
            self.out.append(render(answer, self.hub.date, connection, with_body))
        self.closing = not keep

    def _refuse(self, problem: Problem) -> None:
        """Answers a request that is not read to its end; nothing more is read from this client."""
        if not self.closing:
            self.out.append(render(self.hub.refuse(problem), self.hub.date, CLOSE, True))
            self.closing = True
            self._forget_body()  # at once: others must not be refused for what is in nobody's way any more

    def _check_head(self, size: int) -> None:
        if size > self.hub.limits.max_head_bytes:
            self._refuse(Problem(431, f"the head is above {self.hub.limits.max_head_bytes} bytes"))

    def _send(self) -> None:
        if self.out or self.closing:
            self.hub.send(self)

    def flush(self) -> None:
        """Sends the answers there are."""
        if self.out and not self.transport.is_closing():
            only = self._rendered(self.out[0])
            self.transport.write(only if len(self.out) == 1 else only + b"".join(map(self._rendered, self.out[1:])))
            self.out.clear()
        if self.closing:
            self._linger()

    def _rendered(self, part: bytes | tuple[Later, bytes]) -> bytes:
        if type(part) is bytes:
            return part
        later, connection = part
        return render(later.answer, self.hub.date, connection, True)

    def _linger(self) -> None:
        """Ends our side and reads on into the void for a while: to close at once could take the answer back."""
        if not self.lingers:
            self._forget_body()
            if self.heard_out:
                self.transport.close()
                return
            self.lingers, self.since_s = True, self.hub.now_s
            if self.transport.can_write_eof():
                self.transport.write_eof()

    def _discard(self, more: int) -> None:
        """A client that goes on sending after its last answer is heard out for a while, not for ever."""
        self.void_bytes += more
        if self.void_bytes > self.hub.limits.max_body_bytes:
            self.transport.pause_reading()

    def _forget_body(self) -> None:
        self.hub.buffered -= len(self.body)
        self.body = b""

    # the hub's calls

    def sweep(self, now_s: float) -> None:
        """Ends what has lasted too long."""
        limits = self.hub.limits
        if self.choked_s is not None or self.lingers:
            if now_s - (self.since_s if self.choked_s is None else self.choked_s) > limits.linger_s:
                self.transport.abort()
        elif self.since_s is None:
            if now_s - self.seen_s > limits.keep_alive_s:
                self.transport.close()
        elif now_s - self.since_s > limits.request_timeout_s:
            self._refuse(Problem(408, f"no whole request came within {limits.request_timeout_s:g} s"))
            self._send()


def _too_large(limits: Serve) -> Problem:
    return Problem(413, f"the body is above {limits.max_body_bytes} bytes")
