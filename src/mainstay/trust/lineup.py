"""What a channel runs and ran, with the models to compare: a folder that a release's side writes and a watcher reads.

lineup.json                        what is current, what a rollback would go back to, and how it came to that
v1.4.0/model.onnx, manifest.json   of both
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from mainstay.refusal import Refusal
from mainstay.trust.fetch import Wanted, fault_of
from mainstay.trust.manifest import Counter, Kind, Line, Manifest, Strict

FILE, MODEL, MANIFEST = "lineup.json", "model.onnx", "manifest.json"


class Served(Strict, kw_only=True):
    """From `counter` on the channel served `release`; `at` is ISO 8601 in UTC, by the clock of who signed."""

    counter: Counter
    release: Line
    kind: Kind
    why: Line
    by: Line
    at: Line


class Lineup(Strict, kw_only=True):
    """`previous` is what a rollback that names no release goes back to; None where there is none."""

    channel: Line
    current: Line
    previous: Line | None
    history: list[Served]

    @property
    def releases(self) -> list[str]:
        """Those whose models are in the folder."""
        return [release for release in (self.current, self.previous) if release]


def encode(lineup: Lineup) -> bytes:
    """The text of lineup.json."""
    return msgspec.json.format(msgspec.json.encode(lineup, order="deterministic"), indent=2) + b"\n"


def read(folder: Path) -> Lineup:
    """The lineup of a folder. Raises Refusal where there is none or it cannot be read."""
    return _decode(folder / FILE, Lineup)


def read_model(folder: Path, release: str) -> tuple[Manifest, bytes]:
    """A release's manifest, and the model that it names. Raises Refusal where one is missing or they do not fit."""
    manifest = _decode(folder / release / MANIFEST, Manifest)
    path = folder / release / MODEL
    data = _bytes(path)
    if fault := fault_of(data, Wanted.of(manifest.model)):
        raise Refusal(f"{path}: {fault}; run `mainstay lineup` again")
    return manifest, data


def _decode(path: Path, kind: type[Lineup] | type[Manifest]) -> Lineup | Manifest:
    try:
        return msgspec.json.decode(_bytes(path), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(f"{path}: {error}; run `mainstay lineup` again") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path}: cannot be read: {error.strerror}; run `mainstay lineup` first") from error
