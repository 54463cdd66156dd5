"""What the gate asks git: revisions, files as they were, and where a branch left the default one."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal

DEFAULTS = ("main", "master")


@dataclass(frozen=True)
class Repository:
    """A git repository by the root of its working tree."""

    root: Path

    @staticmethod
    def at(folder: Path) -> Repository:
        """The repository that `folder` lies in. Raises Refusal where it lies in none, or nothing is committed."""
        root = _git(folder, "rev-parse", "--show-toplevel")
        if root is None:
            raise Refusal(f"{folder}: is not in a git repository, wanted one; run `git init` and commit")
        repository = Repository(Path(root.decode().strip()))
        if repository.commit("HEAD") is None:
            raise Refusal(f"{repository.root}: has no commit, wanted at least one; run `git commit`")
        return repository

    def commit(self, revision: str) -> str | None:
        """The commit that a revision names, or None."""
        found = self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return found.strip() if found else None

    def resolve(self, revision: str) -> str:
        """The commit that a revision names. Raises Refusal where there is none."""
        found = self.commit(revision)
        if found is None:
            raise Refusal(f"{revision}: names no commit here, wanted a branch, tag or commit; run `git fetch --tags`")
        return found

    def default_branch(self) -> str:
        """The remote's default branch as last fetched, or else the local main or master. Raises Refusal."""
        remote = self.ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        candidates = [remote.strip()] if remote else []
        candidates += [f"origin/{name}" for name in DEFAULTS] + list(DEFAULTS)
        for name in candidates:
            if self.commit(name):
                return name
        raise Refusal(f"{self.root}: found none of {', '.join(candidates)}; name the branch to compare with by --base")

    def merge_base(self, revision: str) -> str:
        """The commit at which HEAD left `revision`. Raises Refusal where they share none, as in a shallow clone."""
        found = self.ask("merge-base", "HEAD", self.resolve(revision))
        if not found:
            raise Refusal(f"HEAD and {revision} share no commit; run `git fetch --unshallow`, or name another --base")
        return found.strip()

    def is_ancestor(self, commit: str, of: str) -> bool:
        return self.ask("merge-base", "--is-ancestor", commit, of) is not None

    def file(self, commit: str, path: str) -> bytes | None:
        """A file as it was in a commit; None where it was not."""
        return _git(self.root, "show", f"{commit}:{path}")

    def versions(self, path: str, since: str = "HEAD") -> list[bytes]:
        """Every version that a file ever had in the history of a revision, on any branch merged into it."""
        log = self.ask(
            "log", "--full-history", "-m", "--format=", "--raw", "--no-abbrev", "--no-renames", since, "--", path
        )
        blobs = dict.fromkeys(line.split()[3] for line in (log or "").splitlines() if line.startswith(":"))
        return [found for blob in blobs if blob.strip("0") and (found := _git(self.root, "cat-file", "blob", blob))]

    def ask(self, *arguments: str) -> str | None:
        """What git prints; None where it exits with anything but 0."""
        found = _git(self.root, *arguments)
        return None if found is None else found.decode("utf-8", "replace")


def _git(folder: Path, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise Refusal(f"git: cannot be run in {folder}: {error.strerror}; install it") from error
    return done.stdout if done.returncode == 0 else None
