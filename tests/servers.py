"""A server in a process of its own, in front of a syncer's directory that tests write by hand."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import msgspec
import yaml
from imports import ROOT
from shipped import digests, golden, model

from mainstay.model.file import Model
from mainstay.model.selftest import typed
from mainstay.serving import slot
from mainstay.trust.manifest import File, Golden, Judged, Manifest, Promotion

GOOD = {
    "customer_id": "C1",
    "observed_on": "2024-06-01",
    "tenure_months": 7,
    "plan": "monthly",
    "renewed_on": "2024-01-01",
}
BIN = Path(sys.executable).parent
PATIENCE_S = 20


def place(directory, version, level=1.0, counter=1, current=True, data=None, **changes):
    """Puts a release into a syncer's directory, and makes it the current one; nothing is signed."""
    data = data or model(level)
    plain = {
        "release": version,
        "model": File(path="data/model.onnx", **digests(data)),
        "contract": File(path="data/contract.yaml", **digests(b"contract")),
        "commit": "0" * 40,
        "lock": "0" * 64,
        "gate": Judged(answer="pass", reasons=[], digests={}, champion=None, accepted_by=None),
        "metrics": {"roc_auc": 0.8, "operating_point": 0.5},
    }
    if "golden" not in changes:
        plain["golden"] = [Golden(row=row, score=score) for row, score in golden(data)]
    manifest = Manifest(**plain | changes)
    promotion = Promotion(
        kind="promote", channel="production", counter=counter, release=version, tag="0" * 40, why="asked for", by="ann"
    )
    files = {
        slot.MODEL: data,
        slot.MANIFEST: msgspec.json.encode(manifest),
        slot.PROMOTION: msgspec.json.encode(promotion),
    }
    placed = slot.place(Path(directory), counter, manifest.model.sha256, files)
    if current:
        slot.swap(Path(directory), placed)
    return placed


def limits(folder, **changes):
    """A params.yaml with other limits than the shipped one's."""
    document = yaml.safe_load((ROOT / "params.yaml").read_text())
    document["serve"] |= {"poll_s": 0.02, "sweep_s": 0.05} | changes
    path = Path(folder) / "params.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def place_model(directory, data, version, rows):
    """Puts any model file there, as a release whose golden rows are these."""
    own = Model.from_bytes(data)
    scored = [Golden(row=row, score=own.score_one(typed(row, own.contract))) for row in rows]
    return place(directory, version, data=data, golden=scored)


class Server:
    """A running one, and a client of it."""

    def __init__(self, process, told, port, errors):
        self.process, self.told, self.port, self.errors = process, told, port, errors

    def ask(self, method, path, body=None, **headers):
        """Status, headers and content of one answer, over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        content = json.dumps(body).encode() if isinstance(body, dict | list) else body
        kind = {"content-type": "application/json"} if content is not None else {}
        try:
            connection.request(method, path, content, kind | {k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    def predict(self, body, query="", **headers):
        """Status and document."""
        status, _, content = self.ask("POST", f"/predict{query}", body, **headers)
        return status, json.loads(content)

    def get(self, path):
        status, _, content = self.ask("GET", path)
        return status, json.loads(content)

    def metric(self, name):
        """A sample's value, by its name with labels; None where there is none."""
        text = self.ask("GET", "/metrics")[2].decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else None

    def raw(self, *pieces, half_close=False):
        """What comes back, until the server closes, for these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as client:
            for piece in pieces:
                client.sendall(piece)
            if half_close:
                client.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: client.recv(65536), b""))

    def until(self, holds):
        """Waits until it is so."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, "it never came to be"
            time.sleep(0.01)

    def stop(self, number=signal.SIGTERM):
        """Its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    @property
    def memory_bytes(self):
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def serving(directory, *more, params=None):
    """A server that has said where it is."""
    command = [str(BIN / "mainstay"), "serve", "--model", str(directory), "--port", "0", *map(str, more)]
    errors = Path(directory).with_name(f"{Path(directory).name}.stderr")
    with errors.open("w") as log:
        process = subprocess.Popen([*command, "--params", str(params or ROOT / "params.yaml")], stderr=log)
    try:
        end, found = time.monotonic() + PATIENCE_S, None
        while not found:
            assert process.poll() is None and time.monotonic() < end, errors.read_text()
            found = re.search(r"^(?:serving|waiting) .*http://\S+:(\d+).*$", errors.read_text(), re.MULTILINE)
            time.sleep(0.005)
        yield Server(process, found[0], int(found[1]), errors)
    finally:
        process.kill()
        process.wait()
