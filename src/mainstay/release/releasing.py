"""`mainstay release`: this commit's model becomes a version. Gate, then bytes, and the signed tag last of all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mainstay import params
from mainstay.model.file import Model
from mainstay.refusal import Refusal
from mainstay.release import bump, lock, outcome
from mainstay.release.access import bring, opened_at
from mainstay.release.asked import asked
from mainstay.release.copied import copied_to
from mainstay.release.git import Repository
from mainstay.release.golden import golden
from mainstay.release.publish import Published, publish
from mainstay.release.pushed import check_remote, is_local, push
from mainstay.release.registry import Registry
from mainstay.release.stored import fits
from mainstay.rows.table import read_frame
from mainstay.trust import tags
from mainstay.trust.manifest import File, Judged, Manifest
from mainstay.trust.tags import PRODUCTION, Bump, Release
from mainstay.trust.verify import Released

EVALUATION = "metrics/evaluation.json"


@dataclass(frozen=True)
class Made:
    """What a commit made: the bytes of its model, and the facts of them that a manifest holds."""

    commit: str
    model: File
    contract: File
    lock: str
    data: bytes


@dataclass(frozen=True)
class Wish:
    """What was asked for: a version, or else how big a step (None: by the size of the change)."""

    version: str | None = None
    bump: Bump | None = None
    accepted_by: str | None = None


def run(folder: Path, wish: Wish, output: Path | None = None, remote: str | None = None, **where: object) -> str:
    """The tag that `mainstay release` made or found, in a line. `output` gets what a job's later steps go by.

    `remote` is a folder that gets model and test rows, where the DVC remote is not to have them.
    """
    repository = Repository.at(folder)
    with opened_at(folder, **where) as registry:
        done = release(registry, repository, wish, copied_to(remote) if remote else push)
        if output is not None:
            outcome.write(outcome.of(registry.again(), repository, done), output)
    bring(folder, registry, done.name, where)
    return f"{done.name}: released" if done.new else f"{done.name}: is this model already; no change, nothing released"


def release(registry: Registry, repository: Repository, wish: Wish, send: Callable[[Path], None]) -> Published:
    """The tag of this commit's model; the one there is, where the same bytes are released or serve already.

    Raises Refusal where the tree is not committed, bytes are not those of dvc.lock, the gate does not pass them
    against the champion of this moment, or an object is in no remote that others reach.
    """
    made = read(repository)
    check_remote(repository, made.commit, registry.access.url)
    check_merged(repository, made.commit, registry.access.url)
    sent = False

    def propose(now: Registry) -> tuple[Manifest, str] | str:
        nonlocal sent
        newest, champion = now.newest_release(), _champion(now)
        for known in (newest, champion):
            if known and known.manifest.model.sha256 == made.model.sha256:
                return known.tag.name
        check_newer(repository, made.commit, newest)
        version = _version(now, repository, newest, made.commit, wish)
        judged = asked(repository, champion, made.model.sha256, wish.accepted_by)
        if not sent:
            send(repository.root)
            sent = True
        return _manifest(repository, version, made, judged), made.commit

    return publish(registry, propose)


def read(repository: Repository) -> Made:
    """What HEAD made. Raises Refusal where the tree is not as committed, or the model not that of dvc.lock."""
    changed = (repository.ask("status", "--porcelain", "--untracked-files=no") or "").splitlines()
    if changed:
        raise Refusal(f"{changed[0][3:]}: is not as committed (and {len(changed) - 1} more); commit what is released")
    commit = repository.resolve("HEAD")
    text, contract = repository.file(commit, lock.FILE), repository.file(commit, bump.CONTRACT)
    if text is None or contract is None:
        missing = bump.CONTRACT if text else lock.FILE
        raise Refusal(f"{missing}: is not committed; run `dvc repro`, then commit it")
    outputs = lock.outputs(text)
    data = _fitting(repository, outputs, lock.MODEL)
    _fitting(repository, outputs, lock.TEST)
    return Made(commit, _file(lock.MODEL, data), _file(bump.CONTRACT, contract), _sha256(text), data)


def check_merged(repository: Repository, commit: str, origin: str) -> None:
    """Raises Refusal where the default branch of an `origin` elsewhere does not hold the commit: nobody merged it."""
    if is_local(origin):
        return
    branch = repository.default_branch()
    repository.ask("fetch", "--quiet", "origin")
    if not repository.is_ancestor(commit, branch):
        raise Refusal(f"{commit[:10]}: is not merged into {branch}; a release is of what was merged")


def check_newer(repository: Repository, commit: str, newest: Released | None) -> None:
    """Raises Refusal where the newest release is of a later commit: a run that was started again is no way back."""
    after = newest.manifest.commit if newest else commit
    if after != commit and repository.is_ancestor(commit, after):
        raise Refusal(
            f"{commit[:10]}: {newest.manifest.release} is of a later commit, {after[:10]}; to go back, "
            "run `mainstay rollback`"
        )


def _champion(now: Registry) -> Released | None:
    serves = now.serves(PRODUCTION)
    return now.release(serves.promotion.release) if serves else None


def _version(now: Registry, repository: Repository, newest: Released | None, commit: str, wish: Wish) -> str:
    if wish.version:
        return _free(wish.version, now)
    if newest is None:
        return tags.FIRST
    before = newest.manifest.commit
    if repository.commit(before) is None:
        repository.ask("fetch", "--quiet", "--no-tags", "origin", before)
    after = bump.recipe(repository, commit)
    size = wish.bump or (bump.size(bump.recipe(repository, before), after) if after else "minor")
    return tags.next_release(now.names, size).version


def _free(version: str, now: Registry) -> str:
    try:
        name = Release(version).name
    except ValueError as error:
        raise Refusal(str(error)) from error
    if name in now.listed.ids:
        raise Refusal(
            f"{version}: is another model's version already, and is never moved; leave it out, or name another"
        )
    return version


def _manifest(repository: Repository, version: str, made: Made, judged: Judged) -> Manifest:
    frame = read_frame(repository.root / lock.TEST)
    count = params.load(repository.root / "params.yaml", "release").golden_rows
    return Manifest(
        release=version,
        model=made.model,
        contract=made.contract,
        commit=made.commit,
        lock=made.lock,
        gate=judged,
        metrics=_metrics(repository),
        golden=golden(Model.from_bytes(made.data, lock.MODEL), frame, count, lock.TEST),
    )


def _metrics(repository: Repository) -> Mapping[str, float | None]:
    """The figures of the candidate's evaluation, those alone that are numbers."""
    text = repository.file("HEAD", EVALUATION)
    if text is None:
        raise Refusal(f"{EVALUATION}: is not committed; run `dvc repro`, then commit it")
    document = json.loads(text)
    return {k: float(v) for k, v in sorted(document.items()) if isinstance(v, int | float) and not isinstance(v, bool)}


def _fitting(repository: Repository, outputs: Mapping[str, lock.Output], path: str) -> bytes:
    output = outputs.get(path)
    if output is None:
        raise Refusal(f"{lock.FILE}: names no {path}; run `dvc repro`, then commit {lock.FILE}")
    try:
        data = (repository.root / path).read_bytes()
    except OSError as error:
        raise Refusal(f"{path}: cannot be read: {error.strerror}; run `make fetch`") from error
    if not fits(data, output):
        raise Refusal(f"{path}: is not the file of the committed {lock.FILE}; run `make fetch`, or commit {lock.FILE}")
    return data


def _file(path: str, data: bytes) -> File:
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return File(path=path, sha256=_sha256(data), md5=md5, size=len(data))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
