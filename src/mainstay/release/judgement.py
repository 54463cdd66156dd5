"""What the gate answers: a verdict, a line a rule, and the digests that it is about. reports/gate.json is this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from mainstay.rows.table import replacing, write_json
from mainstay.verdict import Answer, Verdict, worst

Kind = Literal["comparison", "first release", "no change", "not comparable"]


@dataclass(frozen=True)
class Line:
    """One rule's answer with its figures; those that a rule does not have are None.

    `champion` and `candidate` are the measure of each, `estimate` the difference (candidate less champion) or the
    figure that is judged, `low` and `high` its interval, `limit` what it may not pass: a margin, a floor, a budget.
    `power` is that of the test had both been equal, `rows_to_decide` how many rows would end the doubt, `p` the
    probability of such harm by chance, corrected for all harm rules.
    """

    rule: str
    answer: Answer
    sentence: str
    champion: float | None = None
    candidate: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    power: float | None = None
    rows_to_decide: int | None = None
    p: float | None = None

    def as_verdict(self) -> Verdict:
        return Verdict(self.answer, () if self.answer == "pass" else (self.sentence,))


@dataclass(frozen=True)
class Judged:
    """What one ruler says: its verdict, the lines, the figures beside them, and the rows it was read off.

    `measures` and `slices` are rows of a table: name, champion, candidate, difference, low, high, p.
    `rows` counts rows, positives, customers, and rows left out because a model had seen them.
    """

    kind: Kind
    lines: tuple[Line, ...]
    measures: tuple[Mapping[str, object], ...] = ()
    slices: tuple[Mapping[str, object], ...] = ()
    rows: Mapping[str, object] = field(default_factory=dict)
    digests: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst of all lines."""
        return worst(line.as_verdict() for line in self.lines)

    def as_dict(self) -> dict[str, object]:
        return asdict(self) | {"verdict": self.verdict.as_dict(), "sentence": sentence(self)}


@dataclass(frozen=True)
class Judgement:
    """The gate's answer.

    `judged` is what counts. Where the branch changed the ruler it is judged by the base's, until the change is
    acknowledged; then by the branch's own, and `by_base` is what the base's said (None where it no longer applies).
    """

    verdict: Verdict
    sentence: str
    judged: Judged
    champion: Mapping[str, object]
    candidate: Mapping[str, object]
    ruler: Mapping[str, object]
    looks: Mapping[str, object]
    by_base: Judged | None = None
    accepted_inconclusive: bool = False

    @property
    def exit_code(self) -> int:
        """0 passed, or inconclusive and accepted on the record; 1 otherwise."""
        accepted = self.verdict.answer == "inconclusive" and self.accepted_inconclusive
        return 0 if accepted else self.verdict.exit_code

    def as_dict(self) -> dict[str, object]:
        """Plain values: the content of reports/gate.json. It names no commit, only digests."""
        return {
            "verdict": self.verdict.as_dict(),
            "sentence": self.sentence,
            "accepted_inconclusive": self.accepted_inconclusive,
            "champion": dict(self.champion),
            "candidate": dict(self.candidate),
            "ruler": dict(self.ruler) | {"by_base": self.by_base.as_dict() if self.by_base else None},
            "looks": dict(self.looks),
        } | {name: value for name, value in self.judged.as_dict().items() if name not in ("verdict", "sentence")}


def write(judgement: Judgement, champion: bytes | None, folder: Path) -> None:
    """gate.json, and beside it the champion's file for whoever draws the two; none is left from a run before."""
    beside = folder / "champion.onnx"
    if champion is None:
        beside.unlink(missing_ok=True)
    else:
        with replacing(beside) as fresh:
            fresh.write_bytes(champion)
    write_json(judgement.as_dict(), folder / "gate.json")


def sentence(judged: Judged) -> str:
    """Why, in one sentence: what stopped it, or else what the first rule that compares found."""
    stopping = [line for line in judged.lines if line.answer == judged.verdict.answer != "pass"]
    if stopping:
        more = f" (and {len(stopping) - 1} more)" if len(stopping) > 1 else ""
        return stopping[0].sentence + more
    return judged.lines[0].sentence
