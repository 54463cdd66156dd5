"""A folder in the place of a DVC remote: for a machine whose registry is its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release import lock
from mainstay.release.pushed import is_local
from mainstay.rows.table import replacing


def copied_to(remote: str) -> Callable[[Path], None]:
    """What puts model and test rows into a folder that is laid out as a DVC remote. Raises Refusal where it is none."""
    if not is_local(remote):
        raise Refusal(
            f"--remote: saw {remote!r}, wanted a folder; others are set by `dvc remote add --default team URL`"
        )
    folder = Path(remote.removeprefix("file://"))

    def copy(root: Path) -> None:
        known = lock.outputs((root / lock.FILE).read_bytes())
        for output in (known[lock.MODEL], known[lock.TEST]):
            with replacing(folder / "files/md5" / output.md5[:2] / output.md5[2:]) as fresh:
                shutil.copyfile(root / output.path, fresh)

    return copy
