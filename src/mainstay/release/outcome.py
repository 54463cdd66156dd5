"""What follows `mainstay release`: has the release yet to reach production, and which commits did it skip?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mainstay.release import lock
from mainstay.release.git import Repository
from mainstay.release.publish import Published
from mainstay.release.registry import Registry
from mainstay.trust import tags
from mainstay.trust.tags import PRODUCTION


@dataclass(frozen=True)
class Outcome:
    """`pending`: the release was never in production, so that it goes on to staging. One that was there and was gone
    back from is not brought back by a later run. `skipped`: commits whose other models were never released.
    """

    version: str
    new: bool
    pending: bool
    skipped: tuple[str, ...]

    @property
    def lines(self) -> str:
        """A job's outputs."""
        told = {"version": self.version, "new": self.new, "pending": self.pending, "skipped": ",".join(self.skipped)}
        return "".join(f"{name}={str(v).lower() if isinstance(v, bool) else v}\n" for name, v in told.items())


def of(registry: Registry, repository: Repository, done: Published) -> Outcome:
    """By the registry as it is after the release."""
    found = tags.parse(done.name)
    commit = registry.listed.commits[done.name]
    been = {event.promotion.release for event in registry.channel(PRODUCTION, commit)}
    return Outcome(found.version, done.new, found.version not in been, _skipped(registry, repository, done))


def write(outcome: Outcome, output: Path) -> None:
    """Appends to the file of a job's outputs."""
    with output.open("a", encoding="utf-8") as lines:
        lines.write(outcome.lines)


def unreleased(models: Sequence[tuple[str, str | None]], released: set[str | None]) -> tuple[str, ...]:
    """Of (commit, md5 of its model), the oldest first: the last commit of each model that was never released."""
    found = {model: commit for commit, model in models if model is not None and model not in released}
    return tuple(found.values())


def _skipped(registry: Registry, repository: Repository, done: Published) -> tuple[str, ...]:
    """Between the release before and this one: runs that a newer push took the place of while they waited."""
    if not done.new:
        return ()
    known = [r.name for r in tags.releases(registry.names) if r.name != done.name]
    if not known:
        return ()
    before, after = registry.listed.commits[known[-1]], registry.listed.commits[done.name]
    listed = repository.ask("rev-list", "--first-parent", "--reverse", f"{before}..{after}") or ""
    commits = listed.split()
    released = {_model(repository, commit) for commit in (before, after)}
    return unreleased([(commit, _model(repository, commit)) for commit in commits], released)


def _model(repository: Repository, commit: str) -> str | None:
    text = repository.file(commit, lock.FILE)
    output = lock.outputs(text).get(lock.MODEL) if text else None
    return output.md5 if output else None
