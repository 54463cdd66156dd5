"""A model made again from its commit, where its bytes are lost. Accepted only if they are the same bytes."""

from __future__ import annotations

import sys

from mainstay.release import stored
from mainstay.release.git import Repository
from mainstay.release.lock import Output
from mainstay.release.worktree import checked_out, repro

STAGE = "train"


def rebuild(repository: Repository, commit: str, output: Output, trusted: str) -> bytes | None:
    """The bytes that `dvc repro` of a commit makes, in a working tree of its own with this repository's cache.

    None where it fails or makes other bytes, or where the commit is not in the history of `trusted`, the default
    branch: code of any other branch is not run. Raises Refusal where git cannot make the tree.
    """
    if not repository.is_ancestor(commit, trusted):
        return None
    _tell(f"{output.path} of {commit[:10]} is in neither cache nor remote; making it again")
    with checked_out(repository, commit) as tree:
        failed = repro(tree, STAGE)
        path = tree / output.path
        data = path.read_bytes() if failed is None and path.is_file() else b""
    if failed or not stored.fits(data, output):
        _tell(f"making it again {f'failed: {failed}' if failed else 'gave other bytes'}")
        return None
    return data


def _tell(line: str) -> None:
    print(f"gate: {line}", file=sys.stderr, flush=True)
