"""The parts of a report that say what changed: data, parameters, metrics, commits; and how to see it for oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mainstay.release.dvc_diff import Change
from mainstay.release.figures import NONE, number, share, signed
from mainstay.release.markdown import escaped, fenced, folded, table
from mainstay.release.missing import Missing
from mainstay.release.training_drift import NOTABLE, Compared

Changes = Mapping[str, Mapping[str, Change]]

DATA = (
    ("metrics/data_quality.json", "rows.read", "rows read"),
    ("metrics/data_quality.json", "rows.kept", "rows kept"),
    ("metrics/data_quality.json", "rows.quarantined", "rows in quarantine"),
    ("metrics/data_quality.json", "quarantined_share", "share in quarantine"),
    ("metrics/data_quality.json", "rows.outcome_not_known", "outcome not yet known"),
    ("metrics/split.json", "train.rows", "training rows"),
    ("metrics/split.json", "train.base_rate", "churn rate in training"),
    ("metrics/split.json", "test.rows", "test rows"),
    ("metrics/split.json", "test.base_rate", "churn rate in test"),
)
"""File, name in it, and what it is called here."""

MANY = 40


@dataclass(frozen=True)
class Commit:
    """One of the branch's: its full name, author and subject."""

    sha: str
    author: str
    subject: str


def data(metrics: Changes | Missing, drift: Compared | Missing) -> str:
    """Rows, quarantine and drift."""
    return "\n\n".join(["### Data", _rows(metrics), *_drift(drift)])


def params(found: Changes | Missing, many: int | None = None) -> str:
    """Parameters changed."""
    if isinstance(found, Missing):
        return f"### Parameters\n\n{missing(found)}"
    rows = [(escaped(name), _text(c.get("old")), _text(c.get("new"))) for _, name, c in _changed(found)]
    if not rows:
        return "### Parameters\n\nNone changed."
    listed = _listed(("parameter", "champion", "candidate"), rows, "lll", many)
    return f"### Parameters: {len(rows)} changed\n\n{listed}"


def metrics(found: Changes | Missing, many: int | None = None) -> str:
    """Every metric that DVC says changed; each side's own figures, on its own test rows."""
    if isinstance(found, Missing):
        return f"### Metrics\n\n{missing(found)}"
    rows = [
        (escaped(f"{Path(file).stem}: {name}"), _figure(c.get("old")), _figure(c.get("new")), signed(c.get("diff")))
        for file, name, c in _changed(found)
    ]
    if not rows:
        return "### Metrics\n\nNone of those in metrics/ changed."
    listed = _listed(("metric", "champion", "candidate", "difference"), rows, "lrrr", many)
    note = "Each side's own figures, on its own test rows; the verdict goes by those further up."
    return folded(f"All {len(rows)} metrics that changed", f"{note}\n\n{listed}")


def commits(found: Sequence[Commit] | Missing, uncommitted: bool, many: int | None = None) -> str:
    """What is to be merged, newest first."""
    if isinstance(found, Missing):
        return f"### Commits\n\n{missing(found)}"
    rows = [(f"`{c.sha[:10]}`", escaped(c.subject, 100), escaped(c.author, 60)) for c in found]
    listed = [_listed(("commit", "subject", "author"), rows, "lll", many)] if rows else []
    if uncommitted:
        listed.append("The candidate lies in a working tree that is no commit known here.")
    return "\n\n".join(["### Commits", *(listed or ["None since the champion's."])])


def reproduce(head: str | None, digests: Mapping[str, str | None]) -> str:
    """What to type, and what must come of it."""
    commands = [
        f"git switch --detach {head}" if head else "# in a working tree of this branch",
        "make setup",
        ".venv/bin/dvc repro --pull --allow-missing",
        ".venv/bin/mainstay gate",
        ".venv/bin/mainstay report",
    ]
    rows = [(escaped(name.replace("_", " ")), f"`{digest}`" if digest else "none") for name, digest in digests.items()]
    about = "The verdict is about these bytes, and no others:"
    body = f"{fenced('sh', chr(10).join(commands))}\n\n{about}\n\n{table(('what', 'sha256'), rows, 'll')}"
    return folded("How to reproduce this", body)


def missing(what: Missing) -> str:
    """What stands where a part should have stood."""
    return f"⚠️ Missing: {escaped(what.why, 400)}"


def _rows(found: Changes | Missing) -> str:
    if isinstance(found, Missing):
        return missing(found)
    rows, lost = [], []
    for file, name, called in DATA:
        change = found.get(file, {}).get(name)
        if change is None:
            lost.append(f"{called} ({file})")
            continue
        write = share if "share" in name or "rate" in name else number
        difference = signed(change.get("diff")) if write is number else ""
        rows.append((called, write(change.get("old")), write(change.get("new")), difference))
    said = table(("", "champion", "candidate", "difference"), rows, "lrrr") if rows else ""
    return f"{said}\n\n{missing(Missing('no figure for ' + ', '.join(lost)))}".strip() if lost else said


def _drift(found: Compared | Missing) -> list[str]:
    if isinstance(found, Missing):
        return [f"Drift: {missing(found)}"]
    moved = f"{len(found.notable)} of {len(found.columns)} columns have" if found.notable else "no column has"
    parts = [f"Drift against the champion's training rows, of {found.rows}: {moved} a PSI of {NOTABLE} or more."]
    if found.columns:
        rows = [
            (escaped(d.column), number(d.psi), number(d.noise), "drifted" if d in found.notable else "")
            for d in (found.notable or found.columns[:3])[:MANY]
        ]
        parts.append(table(("column", "PSI", "noise (95%)", ""), rows, "lrrl"))
    if found.lost:
        parts.append(missing(Missing(f"not compared, since a side lacks them: {', '.join(found.lost)}")))
    return parts


def _changed(found: Changes) -> list[tuple[str, str, Change]]:
    pairs = [(file, name, change) for file, names in sorted(found.items()) for name, change in sorted(names.items())]
    return [(file, name, change) for file, name, change in pairs if change.get("old") != change.get("new")]


def _text(value: object) -> str:
    return NONE if value is None else escaped(value, 80)


def _figure(value: object) -> str:
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)


def _listed(head: Sequence[str], rows: Sequence[Sequence[str]], align: str, many: int | None) -> str:
    limit = many or MANY
    more = f"\n\nAnd {len(rows) - limit} more; the report as a page has them all." if len(rows) > limit else ""
    return table(head, rows[:limit], align) + more
