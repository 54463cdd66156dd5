"""Files and links that are there whole or not at all, and still after the power went: written, flushed, renamed."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """`data` at `path`, in place of what was there. Raises OSError, with what was there untouched."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = _fresh(path)
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    flush_folder(path.parent)


def link(path: Path, target: str) -> None:
    """A symbolic link at `path` to `target`, in place of the one that was there."""
    fresh = _fresh(path)
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    try:
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Makes the names in a folder last; renaming alone does not."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fresh(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")
