"""What a branch's run hands to the judge: the files of its candidate, and which pull request it is of."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release import artifact, lock
from mainstay.release.reported_run import QUEUE


def pack(root: Path, folder: Path, event: Path) -> list[str]:
    """Copies the candidate's files of the project at `root` to `folder`; their names.

    Raises Refusal where a file is missing, or where `event` is that of no pull request.
    """
    number = _number(event)
    names = [*artifact.COMMITTED, *([artifact.RAW] if (root / artifact.RAW).exists() else []), *_made(root)]
    absent = [name for name in names if not (root / name).is_file()]
    if absent:
        raise Refusal(f"{', '.join(absent)}: missing; run `make fetch`")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, folder / name)
    (folder / artifact.CLAIM).write_text(json.dumps({"number": number}) + "\n", encoding="utf-8")
    return [artifact.CLAIM, *names]


def _made(root: Path) -> list[str]:
    try:
        text = (root / lock.FILE).read_bytes()
    except OSError as error:
        raise Refusal(f"{lock.FILE}: cannot be read: {error.strerror}; run `dvc repro`") from error
    return [name for name in lock.outputs(text) if artifact.is_made(name)]


def _number(path: Path) -> int:
    try:
        event = json.loads(path.read_text(encoding="utf-8"))
        if "merge_group" in event:
            queued = QUEUE.fullmatch(event["merge_group"]["head_ref"].removeprefix("refs/heads/"))
            return int(queued["number"])
        return int(event["pull_request"]["number"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(f"{path}: is the event of no pull request: {error!r}") from error
