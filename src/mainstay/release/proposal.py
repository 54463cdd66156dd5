"""What a retrained model is proposed as: a branch named by its content, so that the same result is proposed once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release.git import Repository
from mainstay.release.harmless import harmless
from mainstay.release.lock import FILE as LOCK

MAX_WHY = 500
"""Characters of the reason; it may come from a watcher's report."""


@dataclass(frozen=True)
class Proposal:
    """A pull request to open: `message` is its title and its commit's, `body` one line."""

    branch: str
    message: str
    body: str


def run(folder: Path, why: str, output: Path | None) -> str:
    """Says to the job's later steps what to open a pull request of, and whether to. Raises Refusal."""
    repository = Repository.at(folder)
    found = propose(_changed(repository), (repository.root / LOCK).read_bytes(), why)
    there = bool(found) and _is_there(repository, found.branch)
    if output is not None:
        with output.open("a", encoding="utf-8") as lines:
            lines.write(f"changed={str(bool(found) and not there).lower()}\n")
            lines.writelines(f"{key}={value}\n" for key, value in (vars(found) if found else {}).items())
    if found is None:
        return "nothing to propose: the rows, the model and the metrics are as they were"
    return f"{found.branch}: {'is proposed already' if there else found.message}"


def propose(changed: list[str], lock: bytes, why: str) -> Proposal | None:
    """The proposal of changed files; None of none. Pure."""
    if not changed:
        return None
    said = harmless(" ".join(why.split()))[:MAX_WHY]
    return Proposal(
        branch=f"retrain-{hashlib.sha256(lock).hexdigest()[:10]}",
        message="Retrain on the rows known by now",
        body=f"Made again by the workflow `retrain`: {said}. Changes {', '.join(sorted(changed))}. "
        "The gate judges it as any other change; nobody has looked at it yet.",
    )


def _changed(repository: Repository) -> list[str]:
    """Files that differ from the commit, new ones too, by their top folder or name."""
    said = repository.ask("status", "--porcelain", "--no-renames", "-z")
    if said is None:
        raise Refusal(f"{repository.root}: git cannot say what changed; run `git status`")
    return sorted({line[3:].split("/")[0] for line in said.split("\0") if line})


def _is_there(repository: Repository, branch: str) -> bool:
    found = repository.ask("ls-remote", "--heads", "origin", f"refs/heads/{branch}")
    if found is None:
        raise Refusal(f"origin: cannot be asked whether {branch} is there; re-run the job")
    return bool(found.strip())
