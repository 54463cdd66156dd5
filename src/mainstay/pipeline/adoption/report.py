"""What `mainstay adopt` says at the end: what was done, and what to check; pure."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from mainstay.pipeline.adoption.project import Pipeline
from mainstay.pipeline.adoption.survey import Survey

NAMES_SHOWN = 8


def report(found: Survey, pipeline: Pipeline, min_rows: int, kept: Path | None) -> str:
    """The closing message, one thing to check a line."""
    lines = [_done(found, pipeline, min_rows), f"{pipeline.contract} is a draft. Check, above all:", *_checks(found)]
    if kept:
        lines.append(f"What was here before is kept in {kept}; delete it when you need it no more.")
    return "\n".join([*lines, "Next: .venv/bin/dvc repro, then commit."])


def _done(found: Survey, pipeline: Pipeline, min_rows: int) -> str:
    rows = f"Adopted {found.rows:,} rows of {found.customers:,} customers from {found.draft.source} into {pipeline.raw}"
    instead = f" in place of the stages {' and '.join(pipeline.simulated)}" if pipeline.simulated else ""
    return f"{rows}{instead}; validate.min_rows is now {min_rows:,}."


def _checks(found: Survey) -> list[str]:
    said = {
        "outcome": _outcome(found),
        "dates": _dates(found),
        "kinds": _kinds(found),
        "missing": _missing(found),
        "duplicates": _twins(found),
        "strongest": _strongest(found),
    }
    lines = [f"  {what + ':':<12}{text}" for what, text in said.items() if text]
    remarks = {g.column.name: g for g in found.draft.guesses if g.reason}
    return lines + [f"  {_label(g.column.use):<12}{name} {_verb(g.reason)}" for name, g in remarks.items()]


def _outcome(found: Survey) -> str:
    outcome = found.draft.outcome
    share = f"{found.positives / found.labelled:.1%} of {found.labelled:,} rows"
    stayed = f"{outcome.negative!r} that they stayed" if outcome.negative else "anything else that they stayed"
    return f"{outcome.column} = {outcome.positive!r} means the customer left ({share}), {stayed}"


def _dates(found: Survey) -> str | None:
    if not found.days:
        return None
    outcome = found.draft.outcome
    span = f"{found.draft.observed_on} from {found.days[0]} to {found.days[1]}"
    return f"{span}; leaving counts within {outcome.horizon_days} days after a lead of {outcome.lead_days}"


def _kinds(found: Survey) -> str:
    counted = Counter(g.column.kind for g in found.draft.guesses if g.column.use != "ignore")
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))


def _missing(found: Survey) -> str | None:
    used = {g.column.name for g in found.draft.guesses if g.column.use != "ignore"}
    gaps = [(p.name, p.rows - p.present) for p in found.profiles if p.name in used and p.present < p.rows]
    shown = ", ".join(f"{name} {count:,}" for name, count in gaps[:NAMES_SHOWN])
    more = f" and {len(gaps) - NAMES_SHOWN} columns more" if len(gaps) > NAMES_SHOWN else ""
    blanks = ", ".join(repr(b) for b in found.draft.blanks)
    return f"{shown}{more} rows without a value (blanks are {blanks})" if gaps else None


def _twins(found: Survey) -> str | None:
    return f"{found.twins:,} rows equal another but for the id; `split` keeps them apart" if found.twins else None


def _strongest(found: Survey) -> str | None:
    honest = [s for s in found.separations if not s.reason]
    return f"{honest[0].column} tells leavers best by itself, AUC {honest[0].auc:.3f}" if honest else None


def _label(use: str) -> str:
    return {"ignore": "ignored:", "slice": "slice only:"}.get(use, "odd:")


def _verb(reason: str) -> str:
    return f"({reason})"
