"""Servers under measurement: started, awaited, weighed and ended."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from load import load, request

CONNECTIONS, PATIENCE_S = 16, 60


@dataclass(frozen=True)
class Up:
    """A server that answers."""

    process: subprocess.Popen
    port: int
    sent: bytes
    start_s: float
    memory_mb: float


def started(
    held: ExitStack,
    command: list[str],
    folder: Path,
    port: int,
    path: str,
    body: object,
    variables: dict[str, str] | None = None,
) -> Up:
    content = json.dumps(body).encode()
    begin = time.perf_counter()
    process = held.enter_context(running(command, folder, os.environ | (variables or {})))
    wait(process, port, path, content)
    start_s = time.perf_counter() - begin
    load(port, request(content, path), CONNECTIONS, 1.0)
    memory_mb = sum(p.memory_info().rss for p in family_of(process)) / 1e6
    return Up(process, port, request(content, path), start_s, memory_mb)


@contextmanager
def running(command: list[str], folder: Path, variables: dict[str, str]) -> Iterator[subprocess.Popen]:
    with tempfile.TemporaryFile() as told_by_it:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=told_by_it, stderr=told_by_it)
        try:
            yield process
        except BaseException:
            told_by_it.seek(0)
            print(told_by_it.read().decode(errors="replace")[-2000:], file=sys.stderr)
            raise
        finally:
            for each in family_of(process):
                each.kill()
            process.wait()


def family_of(process: subprocess.Popen) -> list[psutil.Process]:
    own = psutil.Process(process.pid)
    return [*own.children(recursive=True), own]


def cpu_s(process: subprocess.Popen) -> float:
    return sum(sum(p.cpu_times()[:2]) for p in family_of(process))


def wait(process: subprocess.Popen, port: int, path: str, content: bytes) -> None:
    """Until the first good answer."""
    end, why = time.perf_counter() + PATIENCE_S, "no answer"
    while time.perf_counter() < end:
        assert process.poll() is None, f"ended with {process.returncode}"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("POST", path, content, {"content-type": "application/json"})
            answer = connection.getresponse()
            why = f"{answer.status} {answer.read()[:300]!r}"
            if answer.status == 200:
                return
        except (OSError, http.client.HTTPException) as error:
            why = repr(error)
        time.sleep(0.02)
    raise AssertionError(f"does not answer: {why}")


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return own.getsockname()[1]
