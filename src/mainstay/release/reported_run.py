"""The run that built a candidate, as GitHub tells the judge of it. Nothing of it comes from the branch."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal

QUEUE = re.compile(r"gh-readonly-queue/.+/pr-(?P<number>[1-9][0-9]{0,9})-[0-9a-f]{40}")
"""The branch of a merge queue's entry. GitHub lets nobody else push one of such a name."""


@dataclass(frozen=True)
class ReportedRun:
    """A finished run of report.yaml. `began_at` is GitHub's time, ISO 8601 in UTC, and stays when it is re-run."""

    event: str
    conclusion: str
    began_at: str
    head_sha: str
    head_branch: str
    head_repository: str
    repository: str
    default_branch: str

    @property
    def queued_number(self) -> int | None:
        """The pull request that a merge queue tries; None where the run is of none."""
        of_queue = QUEUE.fullmatch(self.head_branch) if self.event == "merge_group" else None
        return int(of_queue["number"]) if of_queue and self.head_repository == self.repository else None


def read(path: Path) -> ReportedRun:
    """The run of a `workflow_run` event. Raises Refusal where the file tells of none."""
    try:
        event = json.loads(path.read_text(encoding="utf-8"))
        run, repository = event["workflow_run"], event["repository"]
        return ReportedRun(
            event=str(run["event"]),
            conclusion=str(run["conclusion"]),
            began_at=str(run["created_at"]),
            head_sha=str(run["head_sha"]),
            head_branch=str(run["head_branch"]),
            head_repository=str(run["head_repository"]["full_name"]),
            repository=str(repository["full_name"]),
            default_branch=str(repository["default_branch"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(f"{path}: tells of no finished run: {error!r}; this is for a `workflow_run` job") from error


def belongs(pull: Mapping[str, object], run: ReportedRun) -> None:
    """Raises Refusal unless a pull request, as GitHub's API tells of it, is the one that the run was of."""
    number = pull.get("number")
    head, base = pull.get("head") or {}, pull.get("base") or {}
    repository = (head.get("repo") or {}).get("full_name")
    for what, seen, wanted in (
        ("state", pull.get("state"), "open"),
        ("base", base.get("ref"), run.default_branch),
        ("head repository", repository, run.head_repository),
        ("head branch", head.get("ref"), run.head_branch),
        ("head commit", head.get("sha"), run.head_sha),
    ):
        if seen != wanted:
            raise Refusal(f"pull request {number}: its {what} is {seen}, that of the run {wanted}; push again")
