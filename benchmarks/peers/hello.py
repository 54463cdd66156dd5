"""Our own server with nothing to do: the same request is read to its end and answered by as many bytes."""

import asyncio
import sys
from pathlib import Path

import uvloop

from mainstay.params import load
from mainstay.serving.exposition import Counts
from mainstay.serving.http_protocol import Connection
from mainstay.serving.hub import Hub
from mainstay.serving.request import Answer
from mainstay.serving.routes import Routes

ANSWER = Answer(b'{"id":"C000010","probability":0.040523018687963486,"contact":false,"release":"v1.0.0"}')


async def main(port: int) -> None:
    limits = load(Path(__file__).parents[2] / "params.yaml", "serve")
    hub = Hub(Routes({}, {b"/predict": lambda request: ANSWER}), Counts(), set(), limits)
    await asyncio.get_running_loop().create_server(lambda: Connection(hub), "127.0.0.1", port)
    while True:
        await asyncio.sleep(limits.sweep_s)
        hub.tick()


uvloop.run(main(int(sys.argv[1])))
