"""Load on a server: some connections that ask again as soon as they are answered, and what became of each request."""

import asyncio
import time
from dataclasses import dataclass, field
from time import perf_counter

import uvloop

CLOSES, GOOD = b"connection: close", b"HTTP/1.1 200"


def request(body, path="/predict", kind="application/json"):
    """The bytes of a POST."""
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass
class Tally:
    """Seconds that each good answer took; other answers by their first line; connections lost in a request."""

    seconds: list[float] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    refused: int = 0
    elapsed_s: float = 0.0

    @property
    def a_second(self):
        return len(self.seconds) / self.elapsed_s

    def quantile_ms(self, share):
        ordered = sorted(self.seconds)
        return 1e3 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class Client(asyncio.Protocol):
    """One connection. Answers have a content-length, and come whole or in pieces."""

    def __init__(self, load):
        self.load, self.tally, self.request = load, load.tally, load.request
        self.pending, self.size, self.waits = b"", -1, False
        self.took = load.tally.seconds.append

    def connection_made(self, transport):
        self.transport, self.write = transport, transport.write
        self.ask()

    def ask(self):
        if time.perf_counter() < self.load.until:
            self.waits, self.begin = True, time.perf_counter()
            self.transport.write(self.request)
        else:
            self.transport.close()

    def data_received(self, data):
        if len(data) == self.size and not self.pending and data.startswith(GOOD):  # as nearly all: at little cost
            now = perf_counter()
            self.took(now - self.begin)
            if now < self.load.until:
                self.begin = now
                self.write(self.request)
                return
            self.transport.close()
            self.waits = False
            return
        self.read(data)

    def read(self, data):
        """Any answer: whole or in pieces, good or bad, the connection's last or not."""
        if self.pending:
            data = self.pending + data
        if len(data) != self.size:
            head, end, body = data.partition(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
            if not end or len(body) < int(length):
                self.pending = data
                return
            self.size = -1 if CLOSES in data.lower() else len(data)
        self.pending, self.waits = b"", False
        if data.startswith(GOOD):
            self.tally.seconds.append(time.perf_counter() - self.begin)
        else:
            line = data.partition(b"\r\n")[0].decode()
            self.tally.others[line] = self.tally.others.get(line, 0) + 1
        if CLOSES in data.lower():
            self.transport.close()
        else:
            self.ask()

    def connection_lost(self, exc):
        self.tally.lost += self.waits
        self.load.ended(self)


class Load:
    """Keeps `connections` busy, each replaced when the server has ended it, until time is up."""

    def __init__(self, port, content, connections, seconds):
        self.port, self.request, self.connections = port, content, connections
        self.tally, self.seconds = Tally(), seconds

    async def run(self):
        self.loop, begin = asyncio.get_running_loop(), time.perf_counter()
        self.until, self.open, self.over = begin + self.seconds, self.connections, asyncio.Event()
        for _ in range(self.connections):
            await self.connect()
        await self.over.wait()
        self.tally.elapsed_s = time.perf_counter() - begin
        return self.tally

    async def connect(self):
        try:
            await self.loop.create_connection(lambda: Client(self), "127.0.0.1", self.port)
        except OSError:
            self.tally.refused += 1
            self.gone()

    def ended(self, client):
        if time.perf_counter() < self.until:
            self.loop.create_task(self.connect())
        else:
            self.gone()

    def gone(self):
        self.open -= 1
        if not self.open:
            self.over.set()


def load(port, content, connections=16, seconds=2.0):
    """The tally of so many seconds."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(Load(port, content, connections, seconds).run())
