"""The gate: may this candidate take the champion's place? It reads and orders; judge.py and rules.py decide."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mainstay.model.file import Model
from mainstay.model.read import FORMAT
from mainstay.refusal import Refusal
from mainstay.release import looks, ruler, sides
from mainstay.release.champion import Champion, Lost, find
from mainstay.release.git import Repository
from mainstay.release.judge import Contestant, Question, Rows, Terms, judge
from mainstay.release.judgement import Judged, Judgement, Line, sentence
from mainstay.release.lock import FILE
from mainstay.release.model_format import format_of
from mainstay.release.ruler import Change, Ruler
from mainstay.rows.table import read_frame, read_json
from mainstay.verdict import Verdict, worst

METRICS = ("data_quality", "split", "training", "evaluation", "stress")
MOVES_ROWS = {"contract", "split", "outcomes"}
"""Parts of the ruler whose change makes other test rows: the base's own are then the ones to go by."""


@dataclass(frozen=True)
class Inputs:
    """What the gate is given: the candidate's file, its metrics/ and params, the rows to judge by, and consents."""

    candidate: Path
    metrics: Path
    holdout: Path
    valid: Path
    params: Path
    base: str | None = None
    champion: str | None = None
    acknowledge_ruler: bool = False
    accept_inconclusive: bool = False


@dataclass(frozen=True)
class Case:
    """All that is to be judged, read once."""

    candidate: Contestant
    champion: Champion | None
    champion_model: Model | None
    metrics: Mapping[str, Mapping[str, object] | None]
    obstacle: Line | None
    base: Ruler
    head: Ruler
    base_rows: Rows | None
    head_rows: Rows
    changes: tuple[Change, ...]


def gate(folder: Path, given: Inputs) -> tuple[Judgement, Champion | None]:
    """The judgement of the candidate, and the champion that it was compared with.

    Raises Refusal where there is no repository or candidate, or a number of the ruler is wrong. Whatever else is
    missing is judged, and never a pass.
    """
    repository = Repository.at(folder)
    base = repository.merge_base(given.base or repository.default_branch())
    data = _bytes(given.candidate)
    champion, obstacle = _champion(repository, base, given)
    formats = ruler.model_format(format_of(champion.data), format_of(data)) if champion else []
    if formats and format_of(data) != FORMAT:
        return _unreadable(data, champion, formats, given), champion
    candidate = Contestant(Model.from_bytes(data, str(given.candidate)), len(data))
    case = _case(repository, base, given, candidate, champion, obstacle)
    return _judgement(case, given, _looks(repository, given, case.head.gate.max_looks)), champion


def _champion(repository: Repository, base: str, given: Inputs) -> tuple[Champion | None, Line | None]:
    """The champion, or what stands in the way of it; neither, where there was none yet."""
    try:
        return find(repository, base, given.champion, near=[given.candidate]), None
    except Lost as lost:
        return None, Line("champion", "fail", str(lost))


def _case(
    repository: Repository,
    base: str,
    given: Inputs,
    candidate: Contestant,
    champion: Champion | None,
    obstacle: Line | None,
) -> Case:
    model = candidate.model
    champion_model, unreadable = _loaded(champion)
    before, after = sides.of_base(repository, base), sides.of_head(given.params, model.contract)
    head_rows = sides.rows(given.holdout)
    base_rows, moved = _outcomes(repository, base, given, head_rows, before)
    formats = ruler.model_format(format_of(champion.data), FORMAT) if champion else []
    first = champion is None and obstacle is None
    changed = () if first else (*ruler.changes(before, after), *moved, *formats)
    metrics = {name: _document(given.metrics / f"{name}.json") for name in METRICS}
    obstacle = obstacle or unreadable
    return Case(candidate, champion, champion_model, metrics, obstacle, before, after, base_rows, head_rows, changed)


def _loaded(champion: Champion | None) -> tuple[Model | None, Line | None]:
    try:
        return (Model.from_bytes(champion.data, "the champion"), None) if champion else (None, None)
    except Refusal as refusal:
        return None, Line("comparable", "inconclusive", f"cannot compare: {refusal}")


def _outcomes(
    repository: Repository, base: str, given: Inputs, head: Rows, before: Ruler
) -> tuple[Rows | None, list[Change]]:
    """The base's test rows where they are others than the branch's, and whether outcomes were changed on the way."""
    output = sides.base_test(repository, base)
    if output is None or hashlib.md5(given.holdout.read_bytes(), usedforsecurity=False).hexdigest() == output.md5:
        return None, []
    rows = sides.base_rows(repository, base, output)
    if rows is None or before.contract is None:
        lost = f"{output.path} (md5 {output.md5}) is in neither cache nor remote" if rows is None else "no contract"
        return rows, [Change("outcomes", f"outcomes: cannot be compared with the base's: {lost}; run `dvc pull`")]
    keys = [key for key in (before.contract.id, before.contract.observed_on) if key]
    whole = given.valid.exists()
    table = read_frame(given.valid) if whole else head.frame
    return rows, ruler.outcomes(rows.frame, table, keys, whole)


def _judgement(case: Case, given: Inputs, seen: Mapping[str, object]) -> Judgement:
    by_base = _by_base(case) if case.changes else None
    judged = _by_head(case) if not case.changes or given.acknowledge_ruler else by_base or _unruled(case)
    verdict = judged.verdict
    if case.changes and not given.acknowledge_ruler:
        verdict = worst([_unacknowledged(case.changes), verdict])
    return Judgement(
        verdict=verdict,
        sentence=verdict.reasons[0] if case.changes and verdict.answer == "inconclusive" else sentence(judged),
        judged=judged,
        champion=_described(case.champion),
        candidate={"digest": case.candidate.model.digest, "bytes": case.candidate.size},
        ruler=_ruler(case.changes, given, by_base),
        looks=seen,
        by_base=by_base,
        accepted_inconclusive=_accepted(verdict, case.changes, given),
    )


def _accepted(verdict: Verdict, changes: Sequence[Change], given: Inputs) -> bool:
    """An inconclusive comparison may be accepted; a changed ruler has to be acknowledged first."""
    asked = given.accept_inconclusive and (not changes or given.acknowledge_ruler)
    return asked and verdict.answer == "inconclusive"


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
        if judged.kind != "not comparable":
            return judged
    return None


def _judged(case: Case, terms: Terms, rows: Rows) -> Judged:
    judged = judge(Question(terms, rows, case.champion_model, case.candidate, case.metrics, case.obstacle))
    if case.champion_model and case.champion_model.digest == case.candidate.model.digest:
        same = Line("no change", "pass", "no change: the candidate is the champion, byte for byte")
        return Judged("no change", (same,), judged.measures, judged.slices, judged.rows, judged.digests)
    return judged


def _unruled(case: Case) -> Judged:
    said = "the base's ruler no longer applies to this candidate, and the branch's waits to be acknowledged"
    return Judged("not comparable", (Line("ruler", "inconclusive", said),))


def _unacknowledged(changes: Sequence[Change]) -> Verdict:
    parts = ", ".join(dict.fromkeys(change.part for change in changes))
    return Verdict("inconclusive", (f"the branch changes the ruler ({parts}), which a code owner has to acknowledge",))


def _ruler(changes: Sequence[Change], given: Inputs, by_base: Judged | None) -> dict[str, object]:
    return {
        "changes": [{"part": change.part, "sentence": change.sentence} for change in changes],
        "acknowledged": given.acknowledge_ruler and bool(changes),
        "judged_by": "head" if not changes or given.acknowledge_ruler else "base" if by_base else None,
    }


def _unreadable(data: bytes, champion: Champion, changes: list[Change], given: Inputs) -> Judgement:
    """The candidate's file is of a format that this code does not read; only the branch's own could."""
    judged = Judged(
        "not comparable", (Line("comparable", "inconclusive", f"{changes[0].sentence}; this code reads {FORMAT} only"),)
    )
    return Judgement(
        verdict=judged.verdict,
        sentence=judged.lines[0].sentence,
        judged=judged,
        champion=_described(champion),
        candidate={"digest": hashlib.sha256(data).hexdigest(), "bytes": len(data)},
        ruler=_ruler(changes, given, None),
        looks={},
    )


def _described(champion: Champion | None) -> dict[str, object]:
    return {"digest": champion.digest, "source": champion.source} if champion else {"digest": None, "source": None}


def _looks(repository: Repository, given: Inputs, limit: int) -> dict[str, object]:
    """How often these rows were looked at; the working tree's candidate is the latest look."""
    test, model = (_md5(path) for path in (given.holdout, given.candidate))
    count = looks.looks(repository.versions(FILE), test, model)
    return {"count": count, "max": limit, "warning": looks.warning(count, limit)}


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(
            f"{path}: cannot be read: {error.strerror}; run `dvc repro` or name another --candidate"
        ) from error


def _document(path: Path) -> Mapping[str, object] | None:
    """A file of metrics/; None where it is not there or holds no object, which the rules turn into a fail."""
    try:
        found = read_json(path)
    except Refusal:
        return None
    return found if isinstance(found, dict) else None
