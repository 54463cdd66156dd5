"""Servers of a team: each a real syncer that follows a channel, and a real server of what it keeps."""

import subprocess
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
from fake_service import Fake
from fake_service import serving as faked
from servers import BIN, serving

from mainstay.model.file import Model
from mainstay.trust.manifest import Manifest


@contextmanager
def server(origin: Path, channel: str, folder: Path, signers: Path, params: Path):
    """Its URL, for as long as the block lasts."""
    command = [
        str(BIN / "mainstay"), "sync", "--repo", str(origin), "--channel", channel,
        "--to", str(folder), "--allowed-signers", str(signers), "--params", str(params),
    ]  # fmt: skip
    trust = ("--allowed-signers", signers, "--channel", channel)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as syncer, alone(folder, params, *trust) as url:
        try:
            yield url
        finally:
            syncer.terminate()


@contextmanager
def alone(folder: Path, params: Path, *more: object):
    """A server of `folder` without a syncer: it has what it has, and follows nothing any more."""
    folder.parent.mkdir(exist_ok=True)
    with serving(folder, *more, params=params) as own:
        yield f"http://127.0.0.1:{own.port}"


@contextmanager
def liar(origin: Path, channel: str, folder: Path, signers: Path, params: Path):
    """One that follows, says rightly what it runs, and gives everybody the same score."""

    class Liar(Fake):
        def __init__(self) -> None:
            self.asked = 0

        manifest = property(
            lambda own: msgspec.json.decode((folder / "current/manifest.json").read_bytes(), type=Manifest)
        )
        model = property(lambda own: Model.load(folder / "current/model.onnx"))

        def score(self, row: dict) -> float:
            return 0.5

    with server(origin, channel, folder, signers, params), faked(Liar()) as url:
        yield url


@contextmanager
def fleet(origin: Path, folder: Path, signers: Path, params: Path, asleep=(), lying=()):
    """Channel -> URL of its server. Those `asleep` follow nothing any more; those `lying` are no release at all."""
    with ExitStack() as held:
        yield {
            channel: held.enter_context(
                alone(folder / channel, params)
                if channel in asleep
                else (liar if channel in lying else server)(origin, channel, folder / channel, signers, params)
            )
            for channel in ("staging", "production")
        }
