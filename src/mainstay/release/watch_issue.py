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
NAMED = "Columns told of so far: "
MAX_CHARACTERS = 2000


@dataclass(frozen=True)
class Found:
    """The condition of one look: its name, whether somebody has to do something, the reason in a sentence, and the
    columns that it names.
    """

    condition: str
    action: str
    status: str
    why: str
    release: str
    as_of: str
    named: tuple[str, ...] = ()

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
        texts = (harmless(text)[:MAX_CHARACTERS] for text in (*told, state["current"], document["as_of"]))
        return Found(*texts, tuple(harmless(name)[:MAX_CHARACTERS] for name in decision["named"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"the watch left no report to read ({harmless(type(error).__name__)}), so nothing is known of production"
        return Found(FAILED, "page", "unknown", why, "production", "unknown")


def settle(found: Found, run_url: str, github: GitHub) -> str:
    """One open issue of the condition where something is to do; none at all where all is well; else what there is."""
    ours = _open(github)
    if found.is_well:
        for number in (issue.number for issue in ours.values()):
            github.post(f"issues/{number}/comments", {"body": f"All is well again as of {found.as_of}: {found.why}."})
            github.patch(f"issues/{number}", {"state": "closed", "state_reason": "completed"})
        return f"{found.why}; {len(ours)} issues closed"
    if found.action == "nothing":
        return f"{found.why}; {len(ours)} issues stay open"
    if found.condition in ours:
        return _updated(found, run_url, ours[found.condition], github)
    made = github.post("issues", _text(found, run_url, found.named))
    number = made.get("number") if isinstance(made, Mapping) else None
    if not isinstance(number, int):
        raise Refusal("issues: GitHub did not say which issue it made; look there, and re-run the job")
    return f"issue {number} opened: {title(found)}"


def _updated(found: Found, run_url: str, issue: Issue, github: GitHub) -> str:
    """The issue as of now; GitHub tells nobody of an edit, so columns that it did not name yet are a comment."""
    new = [name for name in found.named if name not in issue.named]
    github.patch(f"issues/{issue.number}", _text(found, run_url, (*issue.named, *new)))
    if new:
        github.post(f"issues/{issue.number}/comments", {"body": f"As of {found.as_of} also: {', '.join(new)}."})
    return f"issue {issue.number} updated: {title(found)}"


def _text(found: Found, run_url: str, named: tuple[str, ...]) -> dict[str, object]:
    return {"title": title(found), "body": body(found, run_url, named), "labels": [LABEL]}


def title(found: Found) -> str:
    """Of the condition's issue; by it the issue is found again."""
    return f"watch: {found.condition}"


def body(found: Found, run_url: str, named: tuple[str, ...] = ()) -> str:
    """Markdown. `named` are the columns told of since the issue was opened; the last line keeps them."""
    page = f"[The run]({run_url}) has the report, `watch.html`. What to do: `docs/runbook.md`."
    so_far = f"\n{NAMED}{json.dumps(named)}\n" if named else ""
    return f"**{found.action}**, as of {found.as_of}, {found.release}: {found.why}.\n\n{page}\n{so_far}"


@dataclass(frozen=True)
class Issue:
    """An open one, and the columns that it has told of."""

    number: int
    named: tuple[str, ...]


def _open(github: GitHub) -> dict[str, Issue]:
    """Condition -> our open issue."""
    found = _ours(github.all("issues"))
    return {
        str(i["title"]).removeprefix("watch: "): Issue(int(i["number"]), _named(str(i.get("body") or "")))
        for i in found
    }


def _named(text: str) -> tuple[str, ...]:
    """What the body's line says; nothing where somebody has changed it."""
    lines = [line.removeprefix(NAMED) for line in text.splitlines() if line.startswith(NAMED)]
    try:
        names = json.loads(lines[-1]) if lines else []
    except ValueError:
        return ()
    return tuple(n for n in names if isinstance(n, str)) if isinstance(names, list) else ()


def _ours(issues: Iterable[Mapping[str, object]]) -> Iterable[Mapping[str, object]]:
    for issue in issues:
        labels = {label.get("name") for label in issue.get("labels", ()) if isinstance(label, Mapping)}
        if LABEL in labels and str(issue.get("title", "")).startswith("watch: ") and "pull_request" not in issue:
            yield issue
