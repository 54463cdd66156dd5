"""A small server that keeps the interface of `mainstay serve`, and by request breaks one part of it."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from mainstay.model.file import Model
from mainstay.model.selftest import typed
from mainstay.trust.manifest import Manifest

MAX_BODY = 1_000_000
SLOW_S = 1.0


class Problem(Exception):
    """What is answered in the place of predictions."""

    def __init__(self, status, *pointers):
        super().__init__(status)
        self.status, self.pointers = status, pointers


class Fake:
    """Its parts are methods, so that a test takes one away; `asked` counts requests for predictions."""

    def __init__(self, manifest: Manifest, model: Model) -> None:
        self.manifest, self.model, self.asked = manifest, model, 0

    def release(self) -> dict:
        return msgspec.to_builtins(self.manifest)

    def score(self, row: dict) -> float:
        return self.model.score_one(row)

    def predict(self, row: dict, at: str = "") -> dict:
        own = typed(row, self.model.contract)
        faults = self.model.contract.faults(own)
        day = self.model.contract.observed_on
        named = [fault.column for fault in faults] + ([day] if isinstance(own.get(day), str) else [])
        if named:
            raise Problem(422, *(f"{at}/{name}" for name in named))
        probability = self.score(own)
        return {"probability": probability, "contact": probability >= self.manifest.metrics["operating_point"]}

    def answer(self, body: bytes) -> dict:
        self.asked += 1
        document = parsed(body)
        told = {"release": self.manifest.release}
        if isinstance(document, list):
            return told | {"predictions": [self.predict(row, f"/{n}") for n, row in enumerate(document)]}
        return told | self.predict(document)


def parsed(body: bytes):
    def no_constant(text):
        raise ValueError(text)

    def once(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("twice")
        return dict(pairs)

    try:
        document = json.loads(body, parse_constant=no_constant, object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise Problem(400) from None
    if not isinstance(document, dict | list):
        raise Problem(400)
    return document


@contextmanager
def serving(fake: Fake):
    """Its URL, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version, timeout = "HTTP/1.1", SLOW_S
        disable_nagle_algorithm = True

        def parse_request(self):
            late = threading.Timer(SLOW_S, lambda: self.connection.shutdown(socket.SHUT_RDWR))
            late.start()
            try:
                return super().parse_request()
            finally:
                late.cancel()

        def do_GET(self):
            self.say(200, fake.release()) if self.path == "/release" else self.say(404, {})

        def do_POST(self):
            size = int(self.headers["Content-Length"])
            if size > MAX_BODY:
                return self.turn_away(413)
            body = self.whole(size)
            if body is None:
                return self.turn_away(408)
            try:
                return self.say(200, fake.answer(body))
            except Problem as problem:
                errors = [{"pointer": pointer, "detail": "is wrong"} for pointer in problem.pointers]
                return self.say(problem.status, {"errors": errors}, "application/problem+json")

        def whole(self, size):
            body, until = b"", time.monotonic() + SLOW_S
            while len(body) < size:
                if time.monotonic() > until:
                    return None
                body += self.rfile.read1(size - len(body))
            return body

        def turn_away(self, status):
            self.close_connection = True
            self.say(status, {}, "application/problem+json")

        def say(self, status, document, kind="application/json"):
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads, request_queue_size = True, 64

        def handle_error(self, request, client_address):
            pass

    answering = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=answering.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{answering.server_port}"
    finally:
        answering.shutdown()
        answering.server_close()
        thread.join()
