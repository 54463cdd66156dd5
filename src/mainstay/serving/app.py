"""`mainstay serve`: the server, from its start to a graceful stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvloop

from mainstay.params import Log, Serve, load
from mainstay.refusal import Refusal
from mainstay.rows.pseudonym import read_key
from mainstay.serving import endpoints, predict, tokens
from mainstay.serving.current import Current
from mainstay.serving.exposition import Counts
from mainstay.serving.http_protocol import Connection
from mainstay.serving.hub import Hub
from mainstay.serving.loading import Check
from mainstay.serving.prediction_log import PredictionLog
from mainstay.serving.recording import Recording

BACKLOG = 4096
"""Connections that the system holds while we are busy; it caps this by net.core.somaxconn."""


@dataclass(frozen=True)
class Asked:
    """What the command line says."""

    directory: Path
    host: str
    port: int
    limits: Serve
    check: Check
    tokens: Path | None
    log: Path | None
    log_limits: Log
    key: bytes


def asked(
    params: Path,
    directory: Path,
    host: str,
    port: int,
    tokens: Path | None,
    allowed_signers: Path | None,
    channel: str | None,
    log: Path | None,
    key_file: Path | None,
) -> Asked:
    """With the limits of params.yaml. Raises Refusal where two options only make sense together."""
    if (allowed_signers is None) != (channel is None):
        raise Refusal("--allowed-signers and --channel: one without the other; signatures are of a channel's tags")
    check = Check(load(params, "sync").golden_tolerance, allowed_signers, channel)
    if (log is None) != (key_file is None):
        raise Refusal("--log and --key-file: one without the other; no id is logged in clear. See `mainstay log key`")
    key = read_key(key_file) if key_file else b""
    return Asked(directory, host, port, load(params, "serve"), check, tokens, log, load(params, "log"), key)


def run(asked: Asked, say: Callable[[str], None]) -> None:
    """Serves until SIGTERM or SIGINT. Raises Refusal where it cannot even begin."""
    current = Current(asked.directory, asked.check, asked.limits, say)
    known = tokens.load(asked.tokens) if asked.tokens else tokens.Tokens()
    log = PredictionLog.open(asked.log, asked.log_limits) if asked.log else None
    connections: set[Connection] = set()
    recording = Recording(Counts(), log, asked.key)
    together = predict.made_together(recording)
    routes = endpoints.routes(current, recording, known, connections, together)
    hub = Hub(routes, recording.counts, connections, asked.limits, together.settle, recording.keep)
    current.look()
    _raise_file_limit()
    gc.collect()
    gc.freeze()  # what a release is made of stays; to look through it again and again would delay answers
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(asked, current, hub, say))
    if log:
        log.close()


async def _serve(asked: Asked, current: Current, hub: Hub, say: Callable[[str], None]) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        server = await loop.create_server(lambda: Connection(hub), asked.host, asked.port, backlog=BACKLOG)
    except OSError as error:
        raise Refusal(f"{asked.host}:{asked.port}: cannot listen: {error.strerror}; name another by --port") from error
    host, port = server.sockets[0].getsockname()[:2]
    where = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    tasks = [asyncio.create_task(current.follow()), asyncio.create_task(_tick(hub))]
    say(_greeting(current, where))
    try:
        await stop.wait()
        await _drained(server, hub)
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _greeting(current: Current, where: str) -> str:
    if current.loaded:
        return f"serving {current.loaded.release} at {where}"
    return f"waiting at {where} for a release in {current.directory}; `mainstay sync` brings one"


async def _tick(hub: Hub) -> None:
    while True:
        await asyncio.sleep(hub.limits.sweep_s)
        hub.tick()


async def _drained(server: asyncio.Server, hub: Hub) -> None:
    """Stops listening; answers what is on its way, and on idle connections what comes, each for the last time."""
    await asyncio.sleep(0)  # whoever waits in the system's queue is let in first
    server.close()
    hub.stopping = True  # from now on only: who is sent away comes again, and should find the door of another server
    until = hub.now_s + hub.limits.stop_timeout_s
    while hub.connections and hub.now_s < until:
        await asyncio.sleep(hub.limits.sweep_s / 10)
    for connection in tuple(hub.connections):
        connection.transport.close()


def _raise_file_limit() -> None:
    """As many open files, and so connections, as the system lets us have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
