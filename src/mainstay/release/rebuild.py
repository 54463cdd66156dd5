"""A model made again from its commit, where its bytes are lost. Accepted only if they are the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from mainstay.release import stored
from mainstay.release.git import Repository
from mainstay.release.lock import Output

STAGE = "train"


def rebuild(repository: Repository, commit: str, output: Output, trusted: str) -> bytes | None:
    """The bytes that `dvc repro` of a commit makes, in a working tree of its own with this repository's cache.

    None where it fails or makes other bytes, or where the commit is not in the history of `trusted`, the default
    branch: code of any other branch is not run.
    """
    if not repository.is_ancestor(commit, trusted):
        return None
    print(f"gate: {output.path} of {commit[:10]} is not in the cache; making it again", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="mainstay-champion-") as folder:
        tree = Path(folder) / "tree"
        if repository.ask("worktree", "add", "--quiet", "--detach", str(tree), commit) is None:
            return None
        try:
            return _made(repository, tree, output)
        finally:
            repository.ask("worktree", "remove", "--force", str(tree))


def _made(repository: Repository, tree: Path, output: Output) -> bytes | None:
    _furnish(repository, tree)
    # the commit's own sources, not those that happen to be installed
    environment = os.environ | {"PYTHONPATH": str(tree / "src"), "DVC_NO_ANALYTICS": "1"}
    command = [sys.executable, "-m", "dvc", "repro", "--quiet", "--pull", "--allow-missing", STAGE]
    done = subprocess.run(  # noqa: S603
        command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        print(f"gate: making it again failed: {' '.join(done.stderr.split())[-300:]}", file=sys.stderr)
        return None
    data = (tree / output.path).read_bytes()
    return data if stored.fits(data, output) else None


def _furnish(repository: Repository, tree: Path) -> None:
    """The environment and cache of the repository, and its own view of remotes."""
    (tree / ".venv").symlink_to(Path(sys.prefix))
    cache = repository.root / ".dvc/cache"
    (tree / ".dvc/config.local").write_text(f"[cache]\n    dir = {cache}\n", encoding="utf-8")
    embedded = repository.root / ".embedded"
    if embedded.is_dir():
        (tree / ".embedded").symlink_to(embedded)
