"""Bytes that DVC keeps, by their md5: from the cache, or else from the remote. They are believed only if they fit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from mainstay.release.git import Repository
from mainstay.release.lock import Output

CACHE = ".dvc/cache/files/md5"


def read(repository: Repository, output: Output, commit: str, near: Iterable[Path] = ()) -> bytes | None:
    """The bytes of an output as a commit's dvc.lock names it; None where they are nowhere.

    `near` are files that may be the same. DVC itself verifies nothing that it has in its cache.
    """
    cached = repository.root / CACHE / output.md5[:2] / output.md5[2:]
    for path in (*near, cached):
        data = _file(path)
        if data is not None and fits(data, output):
            return data
    data = _by_dvc(repository, output, commit)
    return data if data is not None and fits(data, output) else None


def fits(data: bytes, output: Output) -> bool:
    """Whether the bytes are those of the lock file."""
    return len(data) == output.size and hashlib.md5(data, usedforsecurity=False).hexdigest() == output.md5


def _file(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _by_dvc(repository: Repository, output: Output, commit: str) -> bytes | None:
    """From wherever DVC is configured to keep it. DVC takes two seconds to load, so that it comes last."""
    import dvc.api
    from dvc.exceptions import DvcException

    try:
        return dvc.api.read(output.path, repo=str(repository.root), rev=commit, mode="rb")
    except (DvcException, OSError):
        return None  # not there, or not reached: the caller says what is lost and what to do
