"""`mainstay tell`: what the watch found, as one open issue a condition, kept up to date; closed when all is well."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release.github import GitHub
from mainstay.release.harmless import harmless

LABEL = "mainstay-watch"
"""Only who may triage can set a label, so a stranger's issue is never taken for one of these."""

FAILED = "could-not-watch"
MAX_CHARACTERS = 2000


@dataclass(frozen=True)
class Found:
    """The condition of one look: its name, whether somebody has to do something, and the reason in a sentence."""

    condition: str
    action: str
    status: str
    why: str
    release: str
    as_of: str

    @property
    def is_well(self) -> bool:
        return self.action == "nothing" and self.status == "green"


def run(report: Path, run_url: str, github: GitHub | None = None) -> str:
    """Opens, updates or closes issues. A report that is not there, or is none, is a condition by itself."""
    return settle(read(report), run_url, github or GitHub.of_job())


def read(report: Path) -> Found:
    """What a report says; `could-not-watch` where it says nothing."""
    try:
        document = json.loads(report.read_text(encoding="utf-8"))
        decision, state = document["decision"], document["state"]
        told = [decision[key] for key in ("condition", "action", "status", "why")]
        return Found(*(harmless(text)[:MAX_CHARACTERS] for text in (*told, state["current"], document["as_of"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"the watch left no report to read ({harmless(type(error).__name__)}), so nothing is known of production"
        return Found(FAILED, "page", "unknown", why, "production", "unknown")


def settle(found: Found, run_url: str, github: GitHub) -> str:
    """One open issue of the condition where something is to do; none at all where all is well; else what there is."""
    ours = _open(github)
    if found.is_well:
        for number in ours.values():
            github.post(f"issues/{number}/comments", {"body": f"All is well again as of {found.as_of}: {found.why}."})
            github.patch(f"issues/{number}", {"state": "closed", "state_reason": "completed"})
        return f"{found.why}; {len(ours)} issues closed"
    if found.action == "nothing":
        return f"{found.why}; {len(ours)} issues stay open"
    text = {"title": title(found), "body": body(found, run_url), "labels": [LABEL]}
    if found.condition in ours:
        github.patch(f"issues/{ours[found.condition]}", text)
        return f"issue {ours[found.condition]} updated: {text['title']}"
    made = github.post("issues", text)
    number = made.get("number") if isinstance(made, Mapping) else None
    if not isinstance(number, int):
        raise Refusal("issues: GitHub did not say which issue it made; look there, and re-run the job")
    return f"issue {number} opened: {text['title']}"


def title(found: Found) -> str:
    """Of the condition's issue; by it the issue is found again."""
    return f"watch: {found.condition}"


def body(found: Found, run_url: str) -> str:
    """Markdown."""
    page = f"[The run]({run_url}) has the report, `watch.html`. What to do: `docs/runbook.md`."
    return f"**{found.action}**, as of {found.as_of}, {found.release}: {found.why}.\n\n{page}\n"


def _open(github: GitHub) -> dict[str, int]:
    """Condition -> number, of our open issues."""
    return {str(issue["title"]).removeprefix("watch: "): int(issue["number"]) for issue in _ours(github.all("issues"))}


def _ours(issues: Iterable[Mapping[str, object]]) -> Iterable[Mapping[str, object]]:
    for issue in issues:
        labels = {label.get("name") for label in issue.get("labels", ()) if isinstance(label, Mapping)}
        if LABEL in labels and str(issue.get("title", "")).startswith("watch: ") and "pull_request" not in issue:
            yield issue
