"""Who is champion, the model to beat, and its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release import stored
from mainstay.release.git import Repository
from mainstay.release.lock import FILE, MODEL, Output, outputs
from mainstay.release.rebuild import rebuild
from mainstay.trust import tags


class Lost(Refusal):
    """The champion is known, but its bytes are nowhere; nothing can be compared with it."""


@dataclass(frozen=True)
class Champion:
    """The model to beat: its file's bytes, and in words where it comes from."""

    data: bytes
    source: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def find(repository: Repository, base: str, ref: str | None = None, near: Iterable[Path] = ()) -> Champion | None:
    """The model of `ref`; or else what production serves; or else that of `base`. None where none was ever made.

    Raises Refusal where `ref` names no commit or has no model, and Lost where bytes can neither be found nor made.
    """
    named = ref or in_production(repository)
    commit = repository.resolve(named) if named else base
    output = _model(repository, commit)
    if output is None:
        if named:
            raise Refusal(
                f"{named}: its {FILE} names no {MODEL}, wanted a commit with a model; name another --champion"
            )
        return None
    data = stored.read(repository, output, commit, near)
    if data is None:
        data = rebuild(repository, commit, output, repository.default_branch())
    if data is None:
        raise Lost(_lost(output, commit))
    return Champion(data, _source(ref, named))


def in_production(repository: Repository) -> str | None:
    """The tag by which the channel `production` serves, that of the highest counter; None where it serves nothing."""
    listed = repository.ask("for-each-ref", "--format=%(refname:strip=2)", "refs/tags/churn#production*") or ""
    newest = tags.newest(listed.splitlines(), tags.PRODUCTION)
    return newest.name if newest else None


def _model(repository: Repository, commit: str) -> Output | None:
    text = repository.file(commit, FILE)
    return None if text is None else outputs(text, f"{FILE} of {commit[:10]}").get(MODEL)


def _source(ref: str | None, named: str | None) -> str:
    if ref:
        return f"named by --champion: {ref}"
    return f"in production: {named}" if named else "the model of the default branch where this one left it"


def _lost(output: Output, commit: str) -> str:
    lost = f"the champion {output.path} (md5 {output.md5}, {output.size} bytes) of commit {commit[:10]}"
    tried = "is in neither cache nor remote, and could not be made again with the same bytes"
    return f"{lost} {tried}; run `dvc push` where it was made and `dvc pull` here, or name another by --champion"
