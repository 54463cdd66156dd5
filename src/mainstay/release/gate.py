"""The gate: may this candidate take the champion's place, and by whose ruler is that said?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mainstay.release import case as cases
from mainstay.release.case import Case, Inputs, OtherFormat
from mainstay.release.champion import Champion
from mainstay.release.git import Repository
from mainstay.release.judge import Question, Rows, Terms, judge
from mainstay.release.judgement import Judged, Judgement, Line, sentence
from mainstay.release.ruler import Change
from mainstay.verdict import Verdict, worst

MOVES_ROWS = {"contract", "split", "outcomes"}
"""Parts of the ruler whose change makes other test rows: the base's own are then the ones to go by."""


def gate(folder: Path, given: Inputs) -> tuple[Judgement, Champion | None]:
    """The judgement of the candidate, and the champion that it was compared with.

    Raises Refusal where there is no repository or candidate, or a number of the ruler is wrong. Whatever else is
    missing is judged, and never a pass.
    """
    try:
        case = cases.read(Repository.at(folder), given)
    except OtherFormat as other:
        return unreadable(other, given), other.champion
    return decide(case, given), case.champion


def decide(case: Case, given: Inputs) -> Judgement:
    """What counts: the one ruler; where the branch changed it the base's, or once acknowledged the branch's own."""
    by_base = _by_base(case) if case.changes else None
    own = not case.changes or given.acknowledge_ruler
    judged = _by_head(case) if own else by_base or _unruled()
    verdict = judged.verdict if own else worst([_unacknowledged(case.changes), judged.verdict])
    return Judgement(
        verdict=verdict,
        sentence=verdict.reasons[0] if verdict.answer == "inconclusive" and not own else sentence(judged),
        judged=judged,
        champion=_described(case.champion),
        candidate={"digest": case.candidate.model.digest, "bytes": case.candidate.size},
        ruler=_ruler(case.changes, given, by_base),
        looks=case.looks,
        by_base=by_base,
        # an inconclusive comparison may be accepted; a changed ruler has to be acknowledged first
        accepted_inconclusive=given.accept_inconclusive and own and verdict.answer == "inconclusive",
    )


def unreadable(other: OtherFormat, given: Inputs) -> Judgement:
    """Inconclusive: the candidate can only be judged by the branch's own code."""
    line = Line("comparable", "inconclusive", str(other))
    judged = Judged("not comparable", (line,))
    digest = hashlib.sha256(other.candidate).hexdigest()
    return Judgement(
        verdict=judged.verdict,
        sentence=line.sentence,
        judged=judged,
        champion=_described(other.champion),
        candidate={"digest": digest, "bytes": len(other.candidate)},
        ruler=_ruler([other.change], given, None),
        looks={},
    )


def _by_head(case: Case) -> Judged:
    return _judged(case, Terms(case.head.contract, case.head.gate, case.head.profit), case.head_rows)


def _by_base(case: Case) -> Judged | None:
    """By the base's ruler: on its own rows, or else on the branch's; None where it applies to neither."""
    base = case.base
    if base.contract is None or base.gate is None or base.profit is None:
        return None
    moved = case.base_rows if MOVES_ROWS & {change.part for change in case.changes} else None
    for rows in filter(None, (moved, case.head_rows)):
        judged = _judged(case, Terms(base.contract, base.gate, base.profit), rows)
        if judged.kind != "not comparable" or case.obstacle:
            return judged
    return None


def _judged(case: Case, terms: Terms, rows: Rows) -> Judged:
    judged = judge(Question(terms, rows, case.champion_model, case.candidate, case.metrics, case.obstacle))
    if case.champion_model is None or case.champion_model.digest != case.candidate.model.digest:
        return judged
    same = Line("no change", "pass", "no change: the candidate is the champion, byte for byte")
    return replace(judged, kind="no change", lines=(same,))


def _unruled() -> Judged:
    said = "the base's ruler no longer applies to this candidate, and the branch's waits to be acknowledged"
    return Judged("not comparable", (Line("ruler", "inconclusive", said),))


def _unacknowledged(changes: Sequence[Change]) -> Verdict:
    parts = ", ".join(dict.fromkeys(change.part for change in changes))
    return Verdict("inconclusive", (f"the branch changes the ruler ({parts}), which a code owner has to acknowledge",))


def _ruler(changes: Sequence[Change], given: Inputs, by_base: Judged | None) -> Mapping[str, object]:
    return {
        "changes": [{"part": change.part, "sentence": change.sentence} for change in changes],
        "acknowledged": given.acknowledge_ruler and bool(changes),
        "judged_by": "head" if not changes or given.acknowledge_ruler else "base" if by_base else None,
    }


def _described(champion: Champion | None) -> dict[str, object]:
    return {"digest": champion.digest, "source": champion.source} if champion else {"digest": None, "source": None}
