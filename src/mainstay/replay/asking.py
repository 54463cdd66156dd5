"""A server of the sandbox's own: started, waited for, asked for a month's scores, stopped."""

from __future__ import annotations

import http.client
import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mainstay.refusal import Refusal
from mainstay.replay.sandbox import BIN, Sandbox
from mainstay.rows.contract import Contract

if TYPE_CHECKING:
    import pandas

PATIENCE_S = 120
PAUSE_S = 0.05


@dataclass(frozen=True)
class Server:
    """Where it listens."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, release: str) -> None:
        """Until it answers with the release. Raises Refusal where it does not in time."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self._release() == release:
                return
            time.sleep(PAUSE_S)
        raise Refusal(f"replay: the server runs {self._release()} after {PATIENCE_S} s, wanted {release}")

    def scores(self, rows: Sequence[dict[str, object]], at_once: int) -> np.ndarray:
        """Probabilities, float64 [rows], NaN where it refused the whole request."""
        parts = [self._asked(rows[start : start + at_once]) for start in range(0, len(rows), at_once)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _asked(self, rows: Sequence[dict[str, object]]) -> np.ndarray:
        status, answer = self._call("POST", "/predict", json.dumps(rows))
        if status != 200:
            return np.full(len(rows), np.nan)
        return np.array([prediction["probability"] for prediction in answer["predictions"]], dtype=np.float64)

    def _release(self) -> str | None:
        try:
            status, answer = self._call("GET", "/release", None)
        except (OSError, http.client.HTTPException, ValueError):
            return None
        return answer.get("release") if status == 200 else None

    def _call(self, method: str, path: str, body: str | None) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, {"content-type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        finally:
            connection.close()


@contextmanager
def serving(sandbox: Sandbox, directory: Path, *more: str) -> Iterator[Server]:
    """A server on any free port, following `directory`; stopped when the block ends."""
    told = directory.with_suffix(".stderr")
    command = [str(BIN / "mainstay"), "serve", "--model", str(directory), "--port", "0", *more]
    with told.open("w") as errors:
        where = {"cwd": sandbox.project, "env": sandbox.environment()}
        process = subprocess.Popen(command, stderr=errors, **where)  # noqa: S603 a list, ours
    try:
        yield Server(_port(process, told))
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def as_json(frame: pandas.DataFrame, contract: Contract) -> list[dict[str, object]]:
    """Contract values as a client sends them: dates as text; what is missing, or no column, left out."""
    names = [contract.id, *([contract.observed_on] if contract.observed_on else []), *(c.name for c in contract.used)]
    whole = {c.name for c in contract.used if c.kind == "integer"}
    return [
        {name: _plain(value, name in whole) for name, value in zip(names, row, strict=True) if not _missing(value)}
        for row in frame[names].itertuples(index=False, name=None)
    ]


def _plain(value: object, whole: bool) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    value = value.item() if hasattr(value, "item") else value
    return int(value) if whole else value


def _missing(value: object) -> bool:
    return value is None or (not isinstance(value, str) and str(value) in ("<NA>", "NaT", "nan"))


def _port(process: subprocess.Popen, told: Path) -> int:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        for line in told.read_text().splitlines():
            if "http://" in line:
                return int(line.split("http://")[1].split()[0].rstrip("/,").rsplit(":", 1)[1])
        time.sleep(PAUSE_S)
    raise Refusal(f"replay: the server did not start: {told.read_text()[-500:]}")
