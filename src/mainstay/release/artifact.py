"""What a branch's run hands over: the files of a candidate. Data from a stranger, until shown to be what it claims."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from mainstay.params import Receive
from mainstay.refusal import Refusal
from mainstay.release import lock

CLAIM = "pull_request.json"
COMMITTED = (lock.FILE, "params.yaml", "data/contract.yaml")
"""Files that the head commit holds, byte for byte."""
RAW = "data/raw.dvc"
"""One more, where a team's own data took the simulator's place."""
METRICS = re.compile(r"metrics/(?:[A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+\.(?:json|csv)")


def is_made(name: str) -> bool:
    """Whether a run makes the file, so that dvc.lock names its digest."""
    return name == lock.MODEL or METRICS.fullmatch(name) is not None


def listed(folder: Path, limits: Receive) -> dict[str, Path]:
    """Name -> file. Raises Refusal at any name, kind of file, number or size that no candidate has."""
    found: dict[str, Path] = {}
    total = 0
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if name != CLAIM and name != RAW and name not in COMMITTED and not is_made(name):
            raise Refusal(f"{name!r}: no file of a candidate is called so")
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise Refusal(f"{name}: is no plain file")
        found[name], total = path, total + status.st_size
        if total > limits.max_bytes or len(found) > limits.max_files:
            raise Refusal(
                f"{folder}: more than {limits.max_files} files or {limits.max_bytes} bytes; see params.yaml, receive"
            )
    absent = [name for name in (CLAIM, *COMMITTED, lock.MODEL) if name not in found]
    if absent:
        raise Refusal(f"{', '.join(absent)}: missing from what the branch's run handed over; see that run's log")
    return found


def _files(folder: Path) -> list[Path]:
    inside = [Path(at) / n for at, folders, names in os.walk(folder) for n in (*names, *_links(at, folders))]
    return sorted(inside)


def _links(at: str, folders: list[str]) -> list[str]:
    return [name for name in folders if (Path(at) / name).is_symlink()]


def claimed(path: Path) -> int:
    """The number of the pull request that the artifact says it is of."""
    try:
        number = json.loads(path.read_bytes())["number"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refusal(f'{CLAIM}: saw {error!r}, wanted {{"number": ...}}') from error
    if type(number) is not int or not 0 < number < 10**10:
        raise Refusal(f"{CLAIM}: saw {number!r}, wanted the number of a pull request")
    return number


def genuine(files: Mapping[str, bytes], committed: Mapping[str, bytes | None]) -> None:
    """Raises Refusal unless `files` are those of the commit whose files are `committed`.

    Files that a commit holds are to be the same bytes; those that a run makes are to have the digests of the
    commit's dvc.lock. So what is judged is what would be merged.
    """
    for name, text in committed.items():
        if files.get(name) != text:
            raise Refusal(f"{name}: that of the run is not the one committed; run `dvc repro` and commit {name}")
    outputs = lock.outputs(committed[lock.FILE] or b"")
    for name, data in files.items():
        if name != CLAIM and name not in committed:
            _is_output(name, data, outputs)


def _is_output(name: str, data: bytes, outputs: Mapping[str, lock.Output]) -> None:
    output = outputs.get(name)
    if output is None:
        raise Refusal(f"{name}: the committed {lock.FILE} names no such file; run `dvc repro` and commit {lock.FILE}")
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if digest != output.md5:
        raise Refusal(
            f"{name}: md5 is {digest}, that committed in {lock.FILE} {output.md5}; run `dvc repro` and commit"
        )
