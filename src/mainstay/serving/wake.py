"""Between two polls: sleep, until the time is up, a signal comes or somebody knocks at the webhook.

Waking asks for no trust and no secret: it makes the next poll earlier, never more often than once in `min_gap_s`.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Literal

SOCKET_TIMEOUT_S = 2

Woken = Literal["time", "knock", "stop"]


class Alarm:
    """A bell that signal handlers and threads may ring at any moment: a pipe, since handlers may take no lock."""

    def __init__(self, min_gap_s: float) -> None:
        self.stopped = False
        self._min_gap_s = min_gap_s
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def knock(self) -> None:
        with contextlib.suppress(BlockingIOError):  # so many unheard: one more changes nothing
            os.write(self._writer, b"k")

    def stop(self) -> None:
        self.stopped = True
        self.knock()

    def sleep(self, seconds: float) -> Woken:
        """Sleeps so long, or less when somebody knocks; what ended it."""
        begin = time.monotonic()
        knocked = self._listen(begin + seconds)
        while not self.stopped and time.monotonic() < begin + min(seconds, self._min_gap_s):
            knocked |= self._listen(begin + min(seconds, self._min_gap_s))
        return "stop" if self.stopped else "knock" if knocked else "time"

    def close(self) -> None:
        os.close(self._reader)
        os.close(self._writer)

    def _listen(self, until: float) -> bool:
        left = max(0.0, until - time.monotonic())
        rings = not self.stopped and bool(select.select([self._reader], [], [], left)[0])
        return rings and bool(os.read(self._reader, 4096))


@contextlib.contextmanager
def signals(alarm: Alarm) -> Iterator[None]:
    """SIGHUP knocks, SIGTERM and SIGINT stop: what is under way is ended first. For the main thread alone."""
    handlers = {signal.SIGHUP: alarm.knock, signal.SIGTERM: alarm.stop, signal.SIGINT: alarm.stop}
    before = {number: signal.signal(number, lambda *_, act=act: act()) for number, act in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def webhook(alarm: Alarm, address: tuple[str, int]) -> Iterator[int]:
    """A POST of anything, to anywhere, knocks; what it holds is not read. Yields the port."""
    server = HTTPServer(address, _handler(alarm))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _handler(alarm: Alarm) -> type[BaseHTTPRequestHandler]:
    class Knock(BaseHTTPRequestHandler):
        """One at a time, and nobody may hold the line."""

        timeout = SOCKET_TIMEOUT_S

        def do_POST(self) -> None:
            alarm.knock()
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing: strangers would write the log."""

    return Knock
