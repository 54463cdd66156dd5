"""`mainstay receive`: where a job meets a candidate. What it finds goes to the job's outputs and to reports/."""

from __future__ import annotations

import re
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release import reported_run
from mainstay.release.git import Repository
from mainstay.release.github import GitHub
from mainstay.release.markdown import escaped
from mainstay.release.receive import receive
from mainstay.rows.table import replacing, write_json

REPORT = Path("reports/report.md")
RECEIVED = Path("reports/received.json")
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def run(root: Path, folder: Path, event: Path, output: Path | None) -> str:
    """Receives, and says so in a line. Outputs: `number`, `head`, and for each label `true` or `false`.

    Raises Refusal, which reports/report.md then tells the pull request of.
    """
    try:
        received = receive(root, folder, event, GitHub.of_job(), lambda number: _say(output, "number", str(number)))
    except Refusal as refusal:
        with replacing(root / REPORT) as fresh:
            fresh.write_text(refused(str(refusal)), encoding="utf-8")
        raise
    write_json(received.as_dict(), root / RECEIVED)
    _say(output, "head", head(root, event))
    for label in received.answers:
        _say(output, label.label, "true" if label.counts else "false")
    said = "; ".join(label.sentence.replace("`", "") for label in received.answers)
    return f"pull request {received.number}: its candidate is laid over this tree; {said}"


def head(root: Path, event: Path) -> str:
    """The head commit, once its history is here to be told of; or else HEAD. None of it is ever checked out."""
    commit, repository = reported_run.read(event).head_sha, Repository.at(root)
    if not COMMIT.fullmatch(commit):
        return "HEAD"
    if repository.commit(commit) is None:
        repository.ask("fetch", "--quiet", "--no-tags", "origin", commit)
    return commit if repository.commit(commit) else "HEAD"


def refused(why: str) -> str:
    """Markdown: there is no verdict, and why."""
    return f"## Could not judge\n\n{escaped(why, 1000)}\n\nWhat could not be judged cannot merge.\n"


def _say(output: Path | None, name: str, value: str) -> None:
    if output is not None:
        with output.open("a", encoding="utf-8") as lines:
            lines.write(f"{name}={value}\n")
