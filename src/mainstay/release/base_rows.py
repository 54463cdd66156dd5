"""The rows that a candidate is judged by: the base's, made by the base's code, never by the branch's.

Where a branch brings new data (a later month of the simulator, a new digest of data/raw), the base's code makes new
rows of them. Only the values that say which data are taken from the branch. Verdicts on the rows are the base's, too.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from mainstay import params
from mainstay.refusal import Refusal
from mainstay.release.git import Repository
from mainstay.release.lock import TEST
from mainstay.release.worktree import checked_out, repro
from mainstay.rows.table import replacing

PARAMS = "params.yaml"
RAW = "data/raw.dvc"
VALID = "data/valid.parquet"
STAGE = "split"
VERDICTS = ("metrics/data_quality.json", "metrics/split.json")
"""Of the stages up to that one, on the rows."""
POINTER = ("md5", "size", "nfiles", "hash", "isexec")
"""What says which bytes, of a .dvc file. The rest (where from, by what command) is never taken from a branch."""


@dataclass(frozen=True)
class Data:
    """Which raw data a side has: the simulator's section, or the pointer that DVC keeps. None where it has none."""

    simulate: Mapping[str, object] | None
    pointer: Mapping[str, object] | None


def data_of(parameters: bytes | None, raw: bytes | None) -> Data:
    """What a side's params.yaml and data/raw.dvc say. Raises Refusal where they cannot be read."""
    return Data(_simulate(parameters), _pointer(raw))


def _simulate(text: bytes | None) -> Mapping[str, object] | None:
    try:
        document = yaml.safe_load(text or b"{}")
        if not isinstance(document, dict):
            raise Refusal(f"{PARAMS}: saw {type(document).__name__}, wanted sections")
        if "simulate" not in document:
            return None
        return msgspec.to_builtins(msgspec.convert(document["simulate"], params.Simulate))
    except (yaml.YAMLError, msgspec.ValidationError, RecursionError) as error:
        raise Refusal(f"{PARAMS}: section 'simulate' cannot be read by the base's code: {error}") from error


def _pointer(text: bytes | None) -> Mapping[str, object] | None:
    if text is None:
        return None
    try:
        (output,) = yaml.safe_load(text)["outs"]
        pointer = {key: output[key] for key in POINTER if key in output}
    except (yaml.YAMLError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refusal(f"{RAW}: cannot be read as DVC's: {error!r}; run `dvc add data/raw`") from error
    if not re.fullmatch(r"[0-9a-f]{32}(\.dir)?", str(pointer.get("md5"))):
        raise Refusal(f"{RAW}: md5 is {pointer.get('md5')!r}, wanted 32 hexadecimal digits; run `dvc add data/raw`")
    return pointer


def base_rows(repository: Repository, received: Path, to: Path) -> bool:
    """Writes the rows to judge by to the folder `to`; whether they are new ones, of the data that `received` brings.

    They are in test.parquet, the base's verdicts on them and its params.yaml beside it; where the rows are new,
    valid.parquet holds all of them, by which changed outcomes show.
    Raises Refusal where the base has no rows here, or its code cannot make rows of the branch's data.
    """
    base = data_of(repository.file("HEAD", PARAMS), repository.file("HEAD", RAW))
    _keep(repository.file("HEAD", PARAMS), to / PARAMS)
    raw = received / RAW
    head = data_of((received / PARAMS).read_bytes(), raw.read_bytes() if raw.is_file() else None)
    if base == head:
        _copy(repository.root / TEST, to)
        (to / Path(VALID).name).unlink(missing_ok=True)
        for name in VERDICTS:
            _keep(repository.file("HEAD", name), to / Path(name).name)
        return False
    print("rows: the branch brings other data; making rows of them by the base's code", file=sys.stderr, flush=True)
    with checked_out(repository, "HEAD") as tree:
        point(tree, base, head)
        failed = repro(tree, STAGE)
        if failed:
            raise Refusal(f"the base's code cannot make test rows of the branch's data: {failed}")
        _copy(tree / TEST, to)
        _copy(tree / VALID, to)
        for name in VERDICTS:
            _keep((tree / name).read_bytes() if (tree / name).is_file() else None, to / Path(name).name)
    return True


def point(tree: Path, base: Data, head: Data) -> None:
    """Has a tree of the base take the head's data. Raises Refusal where the two get their data in other ways."""
    if (base.simulate is None) != (head.simulate is None) or (base.pointer is None) != (head.pointer is None):
        raise Refusal("the branch gets its data in another way than the base; merge that change first, by itself")
    if head.simulate is not None:
        _edit(tree / PARAMS, lambda document: document.update(simulate=dict(head.simulate)))
    if head.pointer is not None:
        _edit(tree / RAW, lambda document: document.update(outs=[_kept(document) | dict(head.pointer)]))


def _kept(document: Mapping[str, object]) -> dict[str, object]:
    (output,) = document["outs"]
    return {key: value for key, value in output.items() if key not in POINTER}


def _edit(path: Path, change) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def _keep(data: bytes | None, path: Path) -> None:
    """A file of the base's; where it has none, none, which the gate takes for no pass."""
    path.unlink(missing_ok=True)
    if data is not None:
        with replacing(path) as fresh:
            fresh.write_bytes(data)


def _copy(rows: Path, to: Path) -> None:
    if not rows.is_file():
        raise Refusal(f"{rows}: missing; run `make fetch`")
    with replacing(to / rows.name) as fresh:
        shutil.copyfile(rows, fresh)
