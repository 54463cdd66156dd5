"""All or nothing: a set of files and folders is changed whole, or stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

KEPT = ".mainstay/before-adopt"


@contextmanager
def all_or_nothing(project: Path, paths: Iterable[Path]) -> Iterator[Path]:
    """Within the block the files may be changed and the folders are gone; should it fail, all are as before.

    What they were is kept in the folder handed out, so that no success loses anything either.
    """
    kept = _free(project)
    before = {path: kept / path.relative_to(project) for path in paths if path.exists()}
    absent = [path for path in paths if not path.exists()]
    kept.mkdir(parents=True)
    try:
        for path, copy in before.items():
            _set_aside(path, copy)
        yield kept
    except BaseException:
        for path in (*before, *absent):
            _remove(path, unless=before.get(path))
        for path, copy in before.items():
            if copy.exists():
                copy.replace(path)
        shutil.rmtree(kept)
        raise


def _set_aside(path: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        path.rename(copy)
    else:
        part = copy.with_name(f"{copy.name}.part")  # half a copy must not be taken for a whole one
        shutil.copy2(path, part)
        part.rename(copy)


def _remove(path: Path, unless: Path | None) -> None:
    """Remove what stands at `path` now, unless it was never set aside (and so is still the first)."""
    if unless is not None and not unless.exists():
        return
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _free(project: Path) -> Path:
    number = 1
    while (project / f"{KEPT}-{number}").exists():
        number += 1
    return project / f"{KEPT}-{number}"
