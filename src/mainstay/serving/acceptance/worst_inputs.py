"""Is what nobody should send answered too, in time, and does the server go on?"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import select
import socket
import time
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from mainstay.params import Accept
from mainstay.serving.acceptance.asking import Service, Unanswered
from mainstay.serving.acceptance.checked import Checked, checked

NAME = "worst inputs"
CHUNK = b" " * 65_536
DRIP_S = 0.2


@dataclass(frozen=True)
class Heard:
    """How the server dealt with it: its status, None where it closed the connection instead; and after how long."""

    status: int | None
    took_s: float


def worst_inputs(service: Service, good: Mapping[str, object], limits: Accept) -> Checked:
    """Whether each is turned away: with 4xx, or by closing, where it is not even a whole request."""
    with ThreadPoolExecutor() as pool:  # the slow ones take their time, and the others need not wait for them
        slow = {what: pool.submit(_dripped, service, head, limits) for what, head in _begun(service).items()}
        whole = [(what, _sent(service, body)) for what, body in bodies(good, limits.nesting)]
        whole.append(("a body without end", _told(_poured(service, limits.huge_bytes), service.timeout_s)))
        found = [*whole, *((what, _told(heard.result(), limits.slow_timeout_s)) for what, heard in slow.items())]
    faults = [f"{what}: {fault}" for what, fault in found if fault]
    return checked(NAME, faults, {"inputs": len(found), "turned away wrongly": len(faults)})


def bodies(good: Mapping[str, object], nesting: int) -> Iterator[tuple[str, bytes]]:
    """Bodies that are no rows, each with its name. Pure."""
    text = json.dumps(good)
    name, value = next(iter(good.items()))
    yield "nothing", b""
    yield "half a row", text[:-1].encode()
    yield "no JSON", b"\x00\xff\xfe"
    yield "bytes that are no UTF-8", text.encode().replace(b'"', b'"\xff', 1)
    yield "a text", json.dumps(text).encode()
    yield "a number", b"1"
    yield "brackets without end", b"[" * nesting
    yield "objects in objects", b'{"a":' * nesting + b"1" + b"}" * nesting
    yield "NaN", f"{{{json.dumps(name)}: NaN}}".encode()
    yield "a number that no float holds", f"{{{json.dumps(name)}: 1e999}}".encode()
    yield "an integer of many digits", f"{{{json.dumps(name)}: {'9' * 5000}}}".encode()
    yield "a field twice", f"{text[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}".encode()


def _sent(service: Service, body: bytes) -> str | None:
    try:
        status = service.ask("POST", "/predict", body).status
    except Unanswered as error:
        return f"no answer: {error}"
    return None if 400 <= status < 500 else f"answers {status}, wanted 4xx"


def _told(heard: Heard, within_s: float) -> str | None:
    if heard.took_s > within_s:
        return f"held a connection for {heard.took_s:.0f} s, wanted at most {within_s:g} s"
    refused = heard.status is None or 400 <= heard.status < 500
    return None if refused else f"answers {heard.status}, wanted 4xx or a closed connection"


def _poured(service: Service, size: int) -> Heard:
    """A body of so many bytes, sent until the server has enough of it."""
    chunks = -(-size // len(CHUNK))
    return _fed(service, _head(service, 1 + chunks * len(CHUNK)), [CHUNK] * chunks, service.timeout_s)


def _begun(service: Service) -> dict[str, bytes]:
    """How requests begin whose rest comes by drips."""
    head = _head(service, 1000)
    return {"headers by drips": head.split(b"\r\n\r\n")[0] + b"\r\nX-Slow: ", "a body by drips": head}


def _dripped(service: Service, head: bytes, limits: Accept) -> Heard:
    return _fed(service, head, itertools.repeat(b" "), limits.slow_timeout_s, DRIP_S)


def _fed(service: Service, head: bytes, rest: Iterable[bytes], within_s: float, pause_s: float = 0.0) -> Heard:
    """How the server ends a request of which `head` and then, after pauses, the `rest` is sent."""
    begin, status = time.perf_counter(), None
    with service.asking() as asker, contextlib.suppress(OSError):  # closed by the server, or not even opened
        asker.connection.connect()
        sock = asker.connection.sock
        sock.sendall(head)
        for part in rest:
            if select.select([sock], [], [], pause_s)[0] or time.perf_counter() - begin > within_s:
                break
            sock.sendall(part)
        status = _status(sock) if time.perf_counter() - begin <= within_s else None
    return Heard(status, time.perf_counter() - begin)


def _status(sock: socket.socket) -> int | None:
    """The status that the server answers; None where it has closed the connection instead."""
    response = http.client.HTTPResponse(sock)
    try:
        response.begin()
    except (OSError, http.client.HTTPException):
        return None
    return response.status


def _head(service: Service, length: int) -> bytes:
    parts = urllib.parse.urlsplit(service.url)
    headers = {"Host": parts.netloc.rpartition("@")[2], "Content-Length": str(length)} | service.headers
    lines = [f"POST {parts.path.rstrip('/')}/predict HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", "{"]).encode()
