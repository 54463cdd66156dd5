"""What a syncer asks of git: which tags a remote has, and a few of them with their commits; no clone, no memory.

Nothing of it is believed here: `mainstay.trust` judges what was fetched.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mainstay.refusal import Refusal

_REF = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\trefs/tags/(\S+)")
_PASSWORD = re.compile(r"(?<=://)[^/@\s]*@")


class Unreachable(Refusal):
    """Git could not be asked; it may be better at the next try."""


class NotYet(Refusal):
    """Git lists a tag and does not hand it over; it may be better at the next try."""


def listed(repository: str, patterns: Iterable[str], timeout_s: float) -> dict[str, str]:
    """Tag -> id of its object, of the remote's tags that fit a pattern. Raises Unreachable."""
    wanted = [f"refs/tags/{pattern}" for pattern in patterns]
    told = _git(["ls-remote", "--refs", "--", repository, *wanted], repository, timeout_s).decode()
    return {found[2]: found[1] for line in told.splitlines() if (found := _REF.fullmatch(line))}


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """An empty bare repository that is gone at the end of the block."""
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".tags.", dir=parent) as folder:
        _git(["init", "--quiet", "--bare", "--template=", folder], folder, 60)
        yield Path(folder)


def tag(folder: Path, repository: str, name: str, timeout_s: float) -> bytes:
    """The object of a tag, as git stores it; it comes with the commit it names, without history.

    Raises NotYet where it cannot be had, Refusal where it is no annotated tag.
    """
    how = ["--quiet", "--depth", "1", "--no-tags", "--no-auto-gc", "--no-write-fetch-head"]
    ref = f"refs/tags/{name}"
    try:
        _git(["fetch", *how, "--", repository, f"+{ref}:{ref}"], repository, timeout_s, folder)
    except Unreachable as error:
        raise NotYet(f"{name}: cannot be fetched (yet): {error}") from error
    if _git(["cat-file", "-t", ref], repository, timeout_s, folder).strip() != b"tag":
        raise Refusal(f"{name}: is no annotated tag, so that nobody signed it")
    return _git(["cat-file", "tag", ref], repository, timeout_s, folder)


def file(folder: Path, commit: str, path: str) -> str | None:
    """A text file of a commit in a scratch repository; None where it has none."""
    try:
        return _git(["cat-file", "blob", f"{commit}:{path}"], str(folder), 60, folder).decode("utf-8", "replace")
    except Unreachable:
        return None


def _git(arguments: list[str], repository: str, timeout_s: float, folder: Path | None = None) -> bytes:
    where = ["-C", str(folder)] if folder else []
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")}
    try:
        done = subprocess.run(  # noqa: S603
            ["git", *where, *arguments],  # noqa: S607
            capture_output=True,
            check=False,
            timeout=timeout_s,
            env=os.environ | quiet | {"LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired as error:
        raise Unreachable(f"{shown(repository)}: git gave no answer within {timeout_s:g} s") from error
    except OSError as error:
        raise Unreachable(f"git: cannot be run: {error.strerror}; install it") from error
    if done.returncode != 0:
        raise Unreachable(f"{shown(repository)}: {_PASSWORD.sub('', done.stderr.decode('utf-8', 'replace'))[-300:]}")
    return done.stdout


def shown(repository: str) -> str:
    """The URL without a name or password in it."""
    return _PASSWORD.sub("", repository)
