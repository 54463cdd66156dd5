"""A commit of ours in a working tree of its own, with this repository's environment, cache and remotes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release.git import Repository


@contextmanager
def checked_out(repository: Repository, commit: str) -> Iterator[Path]:
    """The folder of the tree, gone when the block ends. Raises Refusal where git cannot make it."""
    with tempfile.TemporaryDirectory(prefix="mainstay-tree-") as folder:
        tree = Path(folder) / "tree"
        if repository.ask("worktree", "add", "--quiet", "--detach", str(tree), commit) is None:
            raise Refusal(f"{commit[:10]}: git cannot make a working tree of it; see `git worktree add {commit[:10]}`")
        try:
            _furnish(repository, tree)
            yield tree
        finally:
            repository.ask("worktree", "remove", "--force", str(tree))


def repro(tree: Path, stage: str) -> str | None:
    """Brings or makes what a stage makes, by the tree's own sources; None, or how it failed.

    Without `--allow-missing`, by which DVC would leave unmade what its lock file names.
    """
    environment = os.environ | {"PYTHONPATH": str(tree / "src"), "DVC_NO_ANALYTICS": "1"}
    command = [sys.executable, "-m", "dvc", "repro", "--pull", stage]
    done = subprocess.run(  # noqa: S603
        command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    return " ".join(done.stderr.split())[-300:] or f"exit {done.returncode}" if done.returncode else None


def _furnish(repository: Repository, tree: Path) -> None:
    (tree / ".venv").symlink_to(Path(sys.prefix))
    cache = repository.root / ".dvc/cache"
    (tree / ".dvc/config.local").write_text(f"[cache]\n    dir = {cache}\n", encoding="utf-8")
    embedded = repository.root / ".embedded"
    if embedded.is_dir():
        (tree / ".embedded").symlink_to(embedded)
