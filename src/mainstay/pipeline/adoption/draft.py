"""The text of a drafted contract: a line a column, aligned, with the reasons as comments; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from mainstay.pipeline.adoption.guess import Guess
from mainstay.rows.contract import Column, Outcome

HEAD = """\
# What a customer row is. Drafted by `mainstay adopt` from {source}; the guesses are yours to check.
# kind: integer | number | category | boolean | date      use: feature (default) | slice | both | ignore
# missing, unknown: tolerated shares of rows              expect: increases | decreases; stress tests it
# Worth adding: `unit`, `expect`, `use: slice` or `both` where figures for each value matter.
"""
COMMENT_CHARACTERS = 160


@dataclass(frozen=True)
class Draft:
    """A contract, with what a person should know of its columns."""

    source: str
    id: str
    observed_on: str | None
    outcome: Outcome
    blanks: tuple[str, ...]
    guesses: tuple[Guess, ...]


def text(draft: Draft) -> str:
    """The draft as contract.yaml."""
    lines = [f"id: {_scalar(draft.id)}"]
    if draft.observed_on:
        lines.append(f"observed_on: {_scalar(draft.observed_on)}")
    lines.append(f"outcome: {{{_pairs(_of_outcome(draft.outcome))}}}")
    lines += [f"blanks: {_flow(list(draft.blanks))}", "columns:"]
    return HEAD.format(source=_comment(draft.source)) + "\n".join([*lines, *_columns(draft.guesses)]) + "\n"


def _columns(guesses: Sequence[Guess]) -> list[str]:
    names = [f"{_scalar(g.column.name)}:" for g in guesses]
    width = max(map(len, names), default=0)
    return [
        f"  {n:{width}} {{{_pairs(_of_column(g.column))}}}{_remark(g)}" for n, g in zip(names, guesses, strict=True)
    ]


def _of_outcome(outcome: Outcome) -> dict[str, object]:
    said = {"column": outcome.column, "positive": outcome.positive, "negative": outcome.negative}
    said |= {"horizon_days": outcome.horizon_days, "lead_days": outcome.lead_days}
    return {key: value for key, value in said.items() if value is not None}


def _of_column(column: Column) -> dict[str, object]:
    said: dict[str, object] = {"kind": column.kind}
    if column.values:
        said["values"] = list(column.values)
    said |= {key: _short(getattr(column, key)) for key in ("min", "max") if getattr(column, key) is not None}
    if column.missing:
        said["missing"] = column.missing
    return said if column.use == "feature" else said | {"use": column.use}


def _remark(guess: Guess) -> str:
    return f"  # {_comment(guess.reason)}" if guess.reason else ""


def _comment(remark: str) -> str:
    """On one line and printable, whatever a file's values hold."""
    shown = "".join(c if c.isprintable() else " " for c in remark)
    return shown if len(shown) <= COMMENT_CHARACTERS else shown[: COMMENT_CHARACTERS - 1] + "…"


def _pairs(said: dict[str, object]) -> str:
    return ", ".join(f"{key}: {_flow(value)}" for key, value in said.items())


def _scalar(value: object) -> str:
    """As YAML writes it inside braces, on one line: quoted where it would else be read as something other."""
    if isinstance(value, str) and not value.isprintable():
        return yaml.safe_dump(value, default_style='"', width=float("inf")).strip()
    return yaml.safe_dump([value], default_flow_style=True, width=float("inf"), allow_unicode=True).strip()[1:-1]


def _flow(value: object) -> str:
    return f"[{', '.join(map(_scalar, value))}]" if isinstance(value, list) else _scalar(value)


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else value
