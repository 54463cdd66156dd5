"""Takes a candidate from a branch's run: shown to be what it claims, then laid over the default branch's own code."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mainstay import params
from mainstay.refusal import Refusal
from mainstay.release import artifact, code_owners, labels, reported_run
from mainstay.release.github import GitHub
from mainstay.release.labels import Answered
from mainstay.release.reported_run import ReportedRun
from mainstay.rows.table import replacing

CODE_OWNERS = Path(".github/CODEOWNERS")


@dataclass(frozen=True)
class Received:
    """The pull request that a candidate is of, and the labels that a code owner set on it."""

    number: int
    accept_inconclusive: Answered
    acknowledge_ruler: Answered

    def as_dict(self) -> dict[str, object]:
        said = {a.label: {"counts": a.counts, "by": a.by, "sentence": a.sentence} for a in self.answers}
        return {"pull_request": self.number, "labels": said}

    @property
    def answers(self) -> tuple[Answered, Answered]:
        return self.accept_inconclusive, self.acknowledge_ruler


def receive(
    root: Path, folder: Path, event: Path, github: GitHub, known: Callable[[int], None] = lambda _: None
) -> Received:
    """Checks what lies in `folder` against GitHub and lays it over the working tree at `root`.

    `known` is told the pull request's number as soon as it is sure, so that a refusal can be said there.
    Raises Refusal, with nothing written, where anything is not as it should be.
    """
    run = reported_run.read(event)
    files = artifact.listed(folder, params.load(root / "params.yaml", "receive"))
    number, present = _pull_request(artifact.claimed(files[artifact.CLAIM]), run, github)
    known(number)
    texts = {name: path.read_bytes() for name, path in files.items()}
    names = (*artifact.COMMITTED, *((artifact.RAW,) if artifact.RAW in texts else ()))
    artifact.genuine(texts, {name: github.file(name, run.head_sha) for name in names})
    if run.conclusion != "success":
        raise Refusal(f"the run that built the candidate ended with {run.conclusion}, wanted success; see its log")
    received = _answers(root, number, present, run, github)
    lay(root, texts)
    return received


def _pull_request(claim: int, run: ReportedRun, github: GitHub) -> tuple[int, list[str]]:
    """The number and labels of the pull request that the run was of, whatever the artifact says."""
    if run.event not in ("pull_request", "merge_group"):
        raise Refusal(f"the run was started by {run.event}, wanted pull_request or merge_group")
    if run.event == "merge_group" and run.queued_number != claim:
        raise Refusal(f"{artifact.CLAIM}: says {claim}, the merge queue tried {run.queued_number}")
    pull = github.get(f"pulls/{claim}")
    if not isinstance(pull, Mapping) or pull.get("number") != claim:
        raise Refusal(f"pull request {claim}: GitHub's answer is of another")
    if run.event == "pull_request":
        reported_run.belongs(pull, run)
    return claim, [str(label.get("name")) for label in pull.get("labels") or ()]


def _answers(root: Path, number: int, present: list[str], run: ReportedRun, github: GitHub) -> Received:
    """Which labels count. A merge queue holds only what was judged with its labels before, at the same head."""
    since = run.began_at if run.event == "pull_request" else None
    both = (labels.ACCEPT_INCONCLUSIVE, labels.ACKNOWLEDGE_RULER)
    events = github.all(f"issues/{number}/events") if set(both) & set(present) else []
    path = root / CODE_OWNERS
    owned = code_owners.owners(path.read_text(encoding="utf-8") if path.is_file() else "", labels.OWNED)
    accept, acknowledge = (labels.answered(la, present, events, since, owned, _role_by(github)) for la in both)
    return Received(number, accept, acknowledge)


def _role_by(github: GitHub) -> Callable[[str], str]:
    def role(login: str) -> str:
        found = github.get(f"collaborators/{urllib.parse.quote(login, safe='')}/permission")
        return str(found.get("permission")) if isinstance(found, Mapping) else "unknown"

    return role


def lay(root: Path, files: Mapping[str, bytes]) -> None:
    """The candidate's files in place of the working tree's; figures that it lacks are taken away, not left."""
    for path in sorted((root / "metrics").rglob("*")):
        if path.is_file() and path.relative_to(root).as_posix() not in files:
            path.unlink()
    for name, data in files.items():
        if name not in (artifact.CLAIM, artifact.RAW):  # rows come by the base's own pointer; see base_rows.py
            with replacing(root / name) as fresh:
                fresh.write_bytes(data)
