"""`mainstay report`: reports/report.md for the pull request, reports/report.html for whoever wants to see it all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release import report_change, report_history, report_labels, report_verdict
from mainstay.release.charts import charts
from mainstay.release.dvc_diff import Diffs, diffs
from mainstay.release.fit import Part, fit
from mainstay.release.git import Repository
from mainstay.release.missing import Missing
from mainstay.release.moved import Moved, moved
from mainstay.release.page import page
from mainstay.release.report_change import Commit
from mainstay.release.report_evidence import Evidence, Files, evidence
from mainstay.release.training_drift import Compared
from mainstay.rows.table import read_json, replacing

ALL = 1_000_000
"""Rows of a table: on the page, none is left out."""


@dataclass(frozen=True)
class Inputs:
    """Where everything is; `base`, `champion` and `head` are revisions, `head` that of the commits to be merged."""

    gate: Path
    candidate: Path
    champion_file: Path
    holdouts: tuple[Path, ...]
    train: Path
    base: str | None = None
    champion: str | None = None
    head: str = "HEAD"
    received: Path | None = None


@dataclass(frozen=True)
class Material:
    """All that a report says, read once; what could not be found says why."""

    gate: Mapping[str, object]
    evidence: Evidence | Missing
    diffs: Diffs
    drift: Compared | Missing
    commits: tuple[Commit, ...] | Missing
    uncommitted: bool
    head: str
    received: Mapping[str, object] | None = None


def write(folder: Path, given: Inputs, to: Path) -> tuple[Path, Path]:
    """Write report.md and report.html to `to`. Raises Refusal where there is no verdict to report."""
    found = gather(Repository.at(folder), given)
    texts = {"report.md": fit(parts(found)), "report.html": whole(found)}
    for name, text in texts.items():
        with replacing(to / name) as fresh:
            fresh.write_text(text, encoding="utf-8", newline="\n")
    return to / "report.md", to / "report.html"


def gather(repository: Repository, given: Inputs, differ: Callable[[Path, str], Diffs] = diffs) -> Material:
    """Read it all; `differ` is asked what changed since a revision."""
    gate = _verdict(given.gate)
    base = repository.merge_base(given.base or repository.default_branch())
    files = Files(given.candidate, given.champion_file, given.holdouts)
    seen = evidence(gate, files, repository, base)
    has_champion = gate["champion"].get("digest") is not None
    sides = report_history.sides(repository, base, given.champion, given.champion_file, has_champion)
    lost = isinstance(sides, Missing)
    return Material(
        gate=gate,
        evidence=seen,
        diffs=Diffs(sides, sides, sides) if lost else differ(repository.root, sides.commit),
        drift=sides if lost else _drift(repository, sides, given, seen),
        commits=sides if lost else report_history.commits(repository, sides.commit, given.head),
        uncommitted=given.head == "HEAD" and report_history.uncommitted(repository),
        head=repository.resolve(given.head),
        received=read_json(given.received) if given.received and given.received.exists() else None,
    )


def parts(found: Material, many: int | None = None) -> list[Part]:
    """The report's parts, the most important first."""
    gate, head = found.gate, None if found.uncommitted else found.head
    ruler, labels = report_verdict.ruler(gate), report_labels.labels(gate, found.received)
    return [
        Part("the verdict", report_verdict.headline(gate)),
        *([Part("labels", labels)] if labels else []),
        *([Part("the ruler", ruler)] if ruler else []),
        Part("measures", report_verdict.measures(gate)),
        Part("rules", report_verdict.rules(gate)),
        *([] if many else [Part("charts", f"### Charts\n\n{_charts(found)}")]),
        Part("slices", report_verdict.slices(gate, many)),
        Part("data and drift", report_change.data(found.diffs.metrics, found.drift)),
        Part("parameters", report_change.params(found.diffs.params, many)),
        Part("commits", report_change.commits(found.commits, found.uncommitted, many)),
        Part("how to reproduce", report_change.reproduce(head, gate["digests"])),
        Part("all metrics", report_change.metrics(found.diffs.metrics, many)),
    ]


def whole(found: Material) -> str:
    """The page: every row of every table, DVC's plots, customers."""
    text = "\n\n".join(part.text for part in parts(found, ALL))
    return page(text, found.diffs.plots, _moved(found))


def _verdict(path: Path) -> Mapping[str, object]:
    if not path.exists():
        raise Refusal(f"{path}: is not there, and without a verdict there is nothing to report; run `mainstay gate`")
    gate = read_json(path)
    lost = {"verdict", "sentence", "kind", "lines", "champion", "ruler", "looks", "digests"} - set(gate)
    if lost:
        raise Refusal(f"{path}: has no {', '.join(sorted(lost))}; run `mainstay gate` again")
    return gate


def _drift(
    repository: Repository, sides: report_history.Sides, given: Inputs, seen: Evidence | Missing
) -> Compared | Missing:
    if isinstance(seen, Missing):
        return seen
    if seen.champion is None:
        return Missing("there is no champion, so nothing that the data could have drifted from")
    return report_history.drift(repository, sides, given.train, seen.held.frame, seen.candidate.contract)


def _charts(found: Material) -> str:
    seen = found.evidence
    return report_change.missing(seen) if isinstance(seen, Missing) else charts(seen.scored)


def _moved(found: Material) -> tuple[Moved, ...] | Missing:
    seen = found.evidence
    if isinstance(seen, Missing):
        return seen
    if seen.champion is None:
        return Missing("there is no champion to compare with")
    return moved(seen.held.frame, seen.held.customer, seen.scored, seen.champion, seen.candidate)
