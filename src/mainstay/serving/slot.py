"""The folder that a syncer keeps and a server reads: one slot a promotion, and which of them is current.

    releases/7-<sha256>/   model.onnx manifest.json promotion.json, and the signed tags as git holds them
    current, previous      links to slots

A slot is never changed once it has its name, and the one rename of `current` swaps all of its files.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.serving import durable

RELEASES, CURRENT, PREVIOUS = "releases", "current", "previous"
MODEL, MANIFEST, PROMOTION = "model.onnx", "manifest.json", "promotion.json"
FILES = (MODEL, MANIFEST, PROMOTION)
CHANNEL_TAG, RELEASE_TAG, EARLIER_TAG = "channel.tag", "release.tag", "earlier.tag"
"""The objects of the promotion's tag, of its release's, and for a rollback of the promotion that it goes back to."""

_NAME = re.compile(r"(?P<counter>[1-9][0-9]{0,17})-(?P<sha256>[0-9a-f]{64})(?:\.[0-9]+)?")
_TRIES = 100


@dataclass(frozen=True)
class Slot:
    """One promotion on disk: its folder, the counter of its channel tag, the sha256 that its model should have."""

    path: Path
    counter: int
    sha256: str

    @staticmethod
    def at(path: Path) -> Slot | None:
        """The slot in a folder, by its name; None where that is no slot's."""
        found = _NAME.fullmatch(path.name)
        return Slot(path, int(found["counter"]), found["sha256"]) if found else None


def linked(directory: Path, name: str) -> Slot | None:
    """The slot that `current` or `previous` leads to; None where there is none yet."""
    try:
        target = (directory / name).readlink()
    except FileNotFoundError:
        return None
    return Slot.at(directory / RELEASES / target.name)


def slots(directory: Path) -> list[Slot]:
    """All slots, the newest promotion first."""
    found = [Slot.at(path) for path in sorted((directory / RELEASES).glob("*"))]
    return sorted((s for s in found if s), key=lambda s: s.counter, reverse=True)


def place(directory: Path, counter: int, sha256: str, files: Mapping[str, bytes]) -> Slot:
    """A new slot of these files, whole or not at all. Nobody is led to it yet. Raises OSError."""
    folder = _free(directory, f"{counter}-{sha256}")
    incoming = folder.with_name(f".incoming.{os.getpid()}")
    shutil.rmtree(incoming, ignore_errors=True)
    try:
        for name, data in files.items():
            durable.write(incoming / name, data)
        incoming.rename(folder)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    durable.flush_folder(folder.parent)
    return Slot(folder, counter, sha256)


def swap(directory: Path, slot: Slot) -> None:
    """Makes `slot` the current one, and the one before it, if of another promotion, the previous one."""
    before = linked(directory, CURRENT)
    if before is not None and before.counter != slot.counter:
        durable.link(directory / PREVIOUS, f"{RELEASES}/{before.path.name}")
    durable.link(directory / CURRENT, f"{RELEASES}/{slot.path.name}")


def prune(directory: Path, keep: int) -> None:
    """Removes what a killed run left behind and all slots but the current, the previous and the `keep` newest.

    Some more than two are kept for readers that were led to one just before a swap.
    """
    kept = {s.path.name for s in (linked(directory, CURRENT), linked(directory, PREVIOUS)) if s}
    kept |= {s.path.name for s in slots(directory)[:keep]}
    for path in (directory / RELEASES).glob("*"):
        if path.name not in kept and Slot.at(path):
            shutil.rmtree(path, ignore_errors=True)
    for path in (*(directory / RELEASES).glob(".incoming.*"), *directory.glob(".*.[0-9]*")):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def read(slot: Slot) -> dict[str, bytes]:
    """The files of a slot but its tags. Raises Refusal where one is missing or cannot be read."""
    try:
        return {name: (slot.path / name).read_bytes() for name in FILES}
    except OSError as error:
        raise Refusal(f"{error.filename}: cannot be read: {error.strerror}; it will be fetched again") from error


def model(slot: Slot) -> bytes | None:
    """The model file of a slot, whatever it holds; None where there is none."""
    try:
        return (slot.path / MODEL).read_bytes()
    except OSError:
        return None


def tag(slot: Slot, file: str) -> bytes:
    """The object of one of the tags by which the slot came to be. Raises Refusal where it is not there."""
    try:
        return (slot.path / file).read_bytes()
    except OSError as error:
        raise Refusal(f"{error.filename}: cannot be read: {error.strerror}; it will be fetched again") from error


def read_current(directory: Path) -> dict[str, bytes]:
    """The files of the current slot but its tags, all of one promotion, whatever swaps meanwhile. Raises Refusal."""
    for last in _tries():
        slot = linked(directory, CURRENT)
        if slot is None:
            raise Refusal(f"{directory / CURRENT}: leads to no release; run `mainstay sync`")
        try:
            return read(slot)
        except Refusal:
            if last or linked(directory, CURRENT) == slot:
                raise
    raise AssertionError("unreachable")


def _tries() -> Iterator[bool]:
    """Whether it is the last try, for each."""
    return (n == _TRIES - 1 for n in range(_TRIES))


def _free(directory: Path, name: str) -> Path:
    """A folder that is not there yet: a damaged slot is never mended in place, for somebody may be reading it."""
    releases = directory / RELEASES
    releases.mkdir(parents=True, exist_ok=True)
    names = [name, *(f"{name}.{n}" for n in range(2, _TRIES))]
    return next(releases / n for n in names if not (releases / n).exists())
