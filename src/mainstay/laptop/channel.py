"""A channel as it runs here: a syncer that follows it, and a server of what the syncer keeps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mainstay.laptop import ports
from mainstay.laptop.place import PORTS, Place
from mainstay.laptop.process import Process, until
from mainstay.laptop.registry import mainstay
from mainstay.refusal import Refusal
from mainstay.serving import slot
from mainstay.serving.wait import asked

READY_S = 60
JOBS = ("serve", "sync")
"""In the order in which they are stopped."""


@dataclass(frozen=True)
class Channel:
    """One channel of a clone at `clone`, kept at `place`."""

    name: str
    place: Place
    clone: Path

    def process(self, job: str) -> Process:
        return Process(self.place.process(self.name, job))

    @property
    def url(self) -> str:
        return f"http://{ports.HOST}:{self.place.port(self.name).read_text(encoding='utf-8').strip()}"

    @property
    def runs(self) -> bool:
        return all(self.process(job).runs for job in JOBS)

    @property
    def release(self) -> str | None:
        """What the server says it runs; None where it says nothing."""
        return asked(self.url)[0] if self.place.port(self.name).exists() else None

    def start(self, port: int | None) -> None:
        """Both processes, if they do not run, and not before they answer. Raises Refusal where they come to nothing."""
        sync, serve = self.process("sync"), self.process("serve")
        if not sync.runs:
            sync.start(self._sync(), self.clone)
        self._wait(sync, lambda: slot.linked(self.place.slots(self.name), slot.CURRENT))
        if not serve.runs:
            ports.port(port, PORTS[self.name], self.place.port(self.name))
            serve.start(self._serve(), self.clone)
        self._wait(serve, lambda: self.release)

    def stop(self) -> list[str]:
        """Names of the jobs that were ended."""
        return [job for job in JOBS if self.process(job).stop()]

    def _wait(self, process: Process, ready: object) -> None:
        until(lambda: ready() or not process.runs, READY_S)
        if not process.runs or not ready():
            raise Refusal(f"{process.log}: {self.name} did not start: {process.said}")

    def _sync(self) -> list[str]:
        where = self.place.where
        return [
            mainstay(), "sync", "--repo", str(where["repo"]), "--channel", self.name,
            "--allowed-signers", str(where["allowed_signers"]), "--to", str(self.place.slots(self.name)),
            "--remote", str(self.place.remote), "--params", str(self.clone / "params.yaml"),
        ]  # fmt: skip

    def _serve(self) -> list[str]:
        port, signers = self.url.rpartition(":")[2], str(self.place.where["allowed_signers"])
        return [
            mainstay(), "serve", "--model", str(self.place.slots(self.name)), "--host", ports.HOST, "--port", port,
            "--allowed-signers", signers, "--channel", self.name,
            "--log", str(self.place.log(self.name)), "--key-file", str(self.place.log_key),
            "--params", str(self.clone / "params.yaml"),
        ]  # fmt: skip
