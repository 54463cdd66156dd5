"""The files of a release, wherever they lie: its model by the signed sha256, its test rows by the signed dvc.lock.

Needs neither a clone nor DVC; where there is a clone, its files and its cache come first.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release import lock
from mainstay.release.registry import Registry
from mainstay.release.stored import CACHE
from mainstay.trust import fetch
from mainstay.trust.fetch import CONFIG, Source, Wanted
from mainstay.trust.manifest import Manifest

TIMEOUT_S = 120
"""For a file, from one place."""


def model(registry: Registry, manifest: Manifest, near: Path | None, remote: str | None) -> bytes:
    """The signed model; `near` is a file that may be it, `remote` a URL instead of the commit's. Raises Refusal."""
    return _had(registry, manifest, Wanted.of(manifest.model), lock.MODEL, near, remote)


def test_rows(registry: Registry, manifest: Manifest, remote: str | None) -> bytes:
    """The rows that the release was evaluated on, as Parquet. Raises Refusal."""
    return _had(registry, manifest, locked(registry, manifest, lock.TEST), lock.TEST, None, remote)


def training_rows(registry: Registry, manifest: Manifest, remote: str | None) -> bytes:
    """The rows that the release learned from, as Parquet. Raises Refusal."""
    return _had(registry, manifest, locked(registry, manifest, lock.TRAIN), lock.TRAIN, None, remote)


def given(registry: Registry, manifest: Manifest, path: Path) -> bytes:
    """Test rows of a file. Raises Refusal where they are not those that the release was evaluated on."""
    wanted = locked(registry, manifest, lock.TEST)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path}: cannot be read: {error.strerror}") from error
    if fault := fetch.fault_of(data, wanted):
        raise Refusal(f"{path}: {fault}; wanted {lock.TEST} of {manifest.release}")
    return data


def locked(registry: Registry, manifest: Manifest, path: str) -> Wanted:
    """A file as the dvc.lock of the release's commit names it. Raises Refusal where that is not the signed one."""
    text = registry.scratch.git("show", f"{manifest.commit}:{lock.FILE}")
    where = f"{manifest.commit[:10]}:{lock.FILE}"
    if hashlib.sha256(text.encode()).hexdigest() != manifest.lock:
        raise Refusal(f"{where}: is not the one that {manifest.release} was signed with")
    output = lock.outputs(text, where).get(path)
    if output is None:
        raise Refusal(f"{where}: names no {path}, so that {manifest.release} cannot be replayed")
    return Wanted(output.md5, None, output.size)


def _had(
    registry: Registry, manifest: Manifest, wanted: Wanted, path: str, near: Path | None, remote: str | None
) -> bytes:
    sources, why = [_of_file(p) for p in _near(registry, wanted, path, near)], []
    try:
        sources.append(_remote(registry, manifest, remote).source(wanted))
    except Refusal as refusal:
        why.append(str(refusal))
    try:
        return fetch.fetch(wanted, sources, TIMEOUT_S)
    except Refusal as refusal:
        raise Refusal("; ".join([f"{manifest.release}: no {path}: {refusal}", *why])) from refusal


def _near(registry: Registry, wanted: Wanted, path: str, near: Path | None) -> list[Path]:
    clone = registry.access.clone
    kept = [clone / path, clone / CACHE / wanted.md5[:2] / wanted.md5[2:]] if clone else []
    return [p for p in (near, *kept) if p and p.is_file()]


def _of_file(path: Path) -> Source:
    def read(limit: int) -> bytes:
        with path.open("rb") as file:
            return file.read(limit)

    return Source(str(path), read)


def _remote(registry: Registry, manifest: Manifest, remote: str | None) -> fetch.Remote:
    """As named, or else as the release's own commit has it; a relative one lies beside the clone, or the origin."""
    if remote:
        return fetch.Remote(remote)
    commit, clone = manifest.commit, registry.access.clone
    config = registry.scratch.git("show", f"{commit}:{CONFIG}")
    return fetch.remote_of(config, str(clone or registry.access.url), f"{commit[:10]}:{CONFIG}")
