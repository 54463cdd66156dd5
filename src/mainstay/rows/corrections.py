"""Corrections: a new raw file stands in for an older one, which stays where it is.

`2024-03.correction-1.parquet` stands in for `2024-03.parquet` or `2024-03.csv` of the same folder, `...-2` for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from mainstay.refusal import Refusal

_STEM = re.compile(r"(?P<old>.+)\.correction-(?P<number>[1-9][0-9]{0,5})")


def standing(paths: Iterable[Path]) -> list[Path]:
    """The files that count, in their order: of a file and its corrections the newest.

    Raises Refusal where a correction names no file that is there.
    """
    paths, passed = list(paths), set()
    for name, own in _families(paths).items():
        passed |= set(own) - {_newest(name, own)} if any(map(_number, own)) else set()
    return [path for path in paths if path not in passed]


def next_correction(of: Path, siblings: Iterable[Path], ending: str) -> Path:
    """Where the next correction of a file goes; `siblings` are the files of its folder."""
    key = _corrected(of)
    number = 1 + max((_number(path) for path in siblings if _corrected(path) == key), default=0)
    return key.with_name(f"{key.name}.correction-{number}{ending}")


def _families(paths: Iterable[Path]) -> dict[Path, list[Path]]:
    """Files that are, or correct, the same one."""
    found: dict[Path, list[Path]] = {}
    for path in paths:
        found.setdefault(_corrected(path), []).append(path)
    return found


def _newest(name: Path, own: list[Path]) -> Path:
    """The last of the corrections of `name`. Raises Refusal where there is nothing to correct, or two are the last."""
    last = max(own, key=_number)
    if all(map(_number, own)):
        raise Refusal(f"{last}: corrects {name.name!r}, which is not there; wanted it beside it, as .csv or .parquet")
    if [_number(path) for path in own].count(_number(last)) > 1:
        raise Refusal(f"{last}: correction {_number(last)} of {name.name!r} stands twice; number them anew")
    return last


def _corrected(path: Path) -> Path:
    """The file, without its ending, that this one is or corrects."""
    found = _STEM.fullmatch(path.stem)
    return path.with_name(found["old"] if found else path.stem)


def _number(path: Path) -> int:
    """Which correction it is, from 1; 0 for the file itself."""
    found = _STEM.fullmatch(path.stem)
    return int(found["number"]) if found else 0
