"""One ruler laid on two models: the same rows, each scored by its own file, every rule's line."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mainstay.evidence.compare import Comparison, compare
from mainstay.evidence.harm import Harm
from mainstay.evidence.measures import calibration_error, lift_top_decile, roc_auc
from mainstay.evidence.slices import slices
from mainstay.evidence.tally import tally
from mainstay.model.file import Model
from mainstay.params import Gate, Profit
from mainstay.refusal import Refusal
from mainstay.release.facts import Facts
from mainstay.release.holdout import Holdout, holdout
from mainstay.release.judgement import Judged, Kind, Line
from mainstay.release.rules import lines
from mainstay.rows import contract_file
from mainstay.rows.contract import Contract

if TYPE_CHECKING:
    import pandas

TIMED_ROWS = 10_000
TIMED_ROUNDS = 3
"""The best of so many is taken: what else the machine does can only add to it."""


@dataclass(frozen=True)
class Rows:
    """A table of contract values to judge by, the sha256 of its file, and its name in errors."""

    frame: pandas.DataFrame
    digest: str
    source: str


@dataclass(frozen=True)
class Terms:
    """What is judged by: which columns mean what, and the numbers."""

    contract: Contract
    gate: Gate
    profit: Profit


@dataclass(frozen=True)
class Contestant:
    """A model with the size of its file."""

    model: Model
    size: int


@dataclass(frozen=True)
class Question:
    """May the candidate take the champion's place, by these terms on these rows? `metrics` came with the candidate.

    An `obstacle` is what is known beforehand to stand in the way of comparing; then there may be no champion.
    """

    terms: Terms
    rows: Rows
    champion: Model | None
    candidate: Contestant
    metrics: Mapping[str, Mapping[str, object] | None]
    obstacle: Line | None = None


def judge(asked: Question) -> Judged:
    """Every rule's line.

    Where the two cannot be laid side by side, why is the first line, and the kind "not comparable"; the rules about
    the candidate alone are still judged.
    """
    obstacle = asked.obstacle
    if obstacle is None:
        try:
            return _both(asked)
        except (Refusal, KeyError, ValueError) as error:
            obstacle = Line("comparable", "inconclusive", f"cannot compare: {_why(error)}")
    return _one(asked, obstacle)


def _both(asked: Question) -> Judged:
    """The whole comparison, or the first release. Raises where a model cannot be scored on the rows."""
    champion, candidate, terms = asked.champion, asked.candidate.model, asked.terms
    models = [candidate] + ([champion] if champion else [])
    held = holdout(asked.rows.frame, terms.contract, models, asked.rows.source)
    scores = [model.score(held.frame).astype(np.float64) for model in models]
    found = None if champion is None else _compared(terms, held, scores[1], scores[0])
    facts = _facts(asked, held, scores[0], found)
    first = () if champion else (Line("champion", "pass", "no champion yet: a first release, judged by floors alone"),)
    return _judged(asked, "comparison" if champion else "first release", first, facts, held)


def _one(asked: Question, obstacle: Line) -> Judged:
    """The rules about the candidate alone, after what stands in the way of more."""
    try:
        held = holdout(asked.rows.frame, asked.terms.contract, [asked.candidate.model], asked.rows.source)
        facts = _facts(asked, held, asked.candidate.model.score(held.frame).astype(np.float64), None)
    except (Refusal, KeyError, ValueError) as error:
        line = Line("candidate", "fail", f"the candidate cannot be measured: {_why(error)}")
        return Judged("not comparable", (obstacle, line), digests=_digests(asked))
    return _judged(asked, "not comparable", (obstacle,), facts, held)


def _judged(asked: Question, kind: Kind, first: tuple[Line, ...], facts: Facts, held: Holdout) -> Judged:
    parts = tuple(_tested(h) for h in facts.comparison.slices) if facts.comparison else ()
    measures = tuple(_measures(facts.comparison, facts.alone))
    found = first + lines(facts, asked.terms.gate)
    return Judged(kind, found, measures, parts, held.counts(), _digests(asked))


def _facts(asked: Question, held: Holdout, score: np.ndarray, found: Comparison | None) -> Facts:
    return Facts(
        comparison=found,
        alone=_alone(held, score, asked.terms.gate),
        metrics=asked.metrics,
        digest=asked.candidate.model.digest,
        us_a_row=us_a_row(asked.candidate.model, held.frame),
        model_bytes=asked.candidate.size,
        slices_wanted=tuple(c.name for c in asked.terms.contract.slices),
        slices_found=_slice_columns(asked.terms.contract, held),
    )


def us_a_row(model: Model, frame: pandas.DataFrame) -> float:
    """Microseconds to score a row of a table; the best of some rounds."""
    part, spent = frame.head(TIMED_ROWS), []
    for _ in range(TIMED_ROUNDS):
        start = time.perf_counter()
        model.score(part)
        spent.append(time.perf_counter() - start)
    return min(spent) / len(part) * 1e6


def digest_of(document: object) -> str:
    """sha256 of plain values, however they are laid out in a file."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _digests(asked: Question) -> dict[str, str | None]:
    terms = asked.terms
    return {
        "candidate": asked.candidate.model.digest,
        "champion": asked.champion.digest if asked.champion else None,
        "test_rows": asked.rows.digest,
        "contract": digest_of(contract_file.to_dict(terms.contract)),
        "gate": digest_of({"gate": msgspec.to_builtins(terms.gate), "profit": msgspec.to_builtins(terms.profit)}),
    }


def _slice_columns(contract: Contract, held: Holdout) -> tuple[str, ...]:
    return tuple(c.name for c in contract.slices if c.name in held.frame.columns)


def _compared(terms: Terms, held: Holdout, champion: np.ndarray, candidate: np.ndarray) -> Comparison:
    whole = len(_slice_columns(terms.contract, held)) == len(terms.contract.slices)
    parts = slices(held.frame, terms.contract) if whole else ()  # the rule says which are missing, and fails
    return compare(held.outcome, champion, candidate, held.customer, parts, terms.gate, terms.profit)


def _alone(held: Holdout, score: np.ndarray, gate: Gate) -> dict[str, float]:
    t = tally(held.outcome, score)
    error = calibration_error(t, gate.calibration_bins)
    return {
        "roc_auc": float(roc_auc(t)),
        "lift_top_decile": float(lift_top_decile(t)),
        "calibration_error": float(error),
    }


def _measures(comparison: Comparison | None, alone: Mapping[str, float]) -> Iterator[dict[str, object]]:
    if comparison is None:
        yield from ({"name": name, "candidate": value} for name, value in alone.items())
        return
    found = comparison.roc_auc
    figures = {"champion": found.champion, "candidate": found.candidate, "difference": found.difference}
    yield {"name": "roc_auc"} | figures | {"low": found.low, "high": found.high, "margin": found.margin}
    yield from (_tested(h) for h in (*comparison.tested, *comparison.shown))


def _tested(h: Harm) -> dict[str, object]:
    figures = {"name": h.name, "rows": h.rows, "champion": h.champion, "candidate": h.candidate}
    return figures | {"difference": h.difference, "low": h.low, "high": h.high, "p": h.p_adjusted}


def _why(error: Exception) -> str:
    return f"the rows have no column {error}" if isinstance(error, KeyError) else str(error)
