"""The case before the gate: all that is to be judged, read once from files, git and the store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mainstay.model.file import Model
from mainstay.model.read import FORMAT
from mainstay.refusal import Refusal
from mainstay.release import looks, ruler, sides
from mainstay.release.champion import Champion, Lost, find
from mainstay.release.git import Repository
from mainstay.release.judge import Contestant, Rows
from mainstay.release.judgement import Line
from mainstay.release.lock import FILE
from mainstay.release.model_format import format_of
from mainstay.release.ruler import Change, Ruler
from mainstay.rows.table import read_frame, read_json

METRICS = ("data_quality", "split", "training", "evaluation", "stress")
JUDGES = ("data_quality", "split", "stress")
"""Those of them that are verdicts of judges before this one."""


@dataclass(frozen=True)
class Inputs:
    """What the gate is given: the candidate's file, its metrics/ and params, the rows to judge by, and consents.

    `verdicts` is the folder of the judges' verdicts, where those that came with the candidate are not to be believed.
    `first` says that nothing was ever in production, so that there is no champion, whatever the base holds.
    """

    candidate: Path
    metrics: Path
    holdout: Path
    valid: Path
    params: Path
    base: str | None = None
    champion: str | None = None
    acknowledge_ruler: bool = False
    accept_inconclusive: bool = False
    first: bool = False
    verdicts: Path | None = None


@dataclass(frozen=True)
class Case:
    """A candidate, the champion, both sides' rulers and rows.

    `champion_model` is None where there is no champion, or where an `obstacle` keeps it from being compared.
    `base_rows` are the base's test rows where they are others than the branch's.
    """

    candidate: Contestant
    champion: Champion | None
    champion_model: Model | None
    obstacle: Line | None
    metrics: Mapping[str, Mapping[str, object] | None]
    base: Ruler
    head: Ruler
    base_rows: Rows | None
    head_rows: Rows
    changes: tuple[Change, ...]
    looks: Mapping[str, object]


class OtherFormat(Refusal):
    """The candidate's file is of a format that this code does not read; only the branch's own could judge it."""

    def __init__(self, change: Change, champion: Champion, candidate: bytes) -> None:
        super().__init__(f"{change.sentence}; this code reads {FORMAT} only")
        self.change, self.champion, self.candidate = change, champion, candidate


def read(repository: Repository, given: Inputs) -> Case:
    """Read it all. Raises Refusal where the candidate or a number of its ruler cannot be read, and OtherFormat."""
    base = repository.merge_base(given.base or repository.default_branch())
    data = _bytes(given.candidate)
    champion, lost = _champion(repository, base, given)
    formats = ruler.model_format(format_of(champion.data), format_of(data)) if champion else []
    if formats and format_of(data) != FORMAT:
        raise OtherFormat(formats[0], champion, data)
    candidate = Contestant(Model.from_bytes(data, str(given.candidate)), len(data))
    champion_model, unreadable = _loaded(champion)
    before, after = sides.of_base(repository, base), sides.of_head(given.params, candidate.model.contract)
    head_rows = sides.rows(given.holdout)
    base_rows, moved = _outcomes(repository, base, given, head_rows, before)
    first_release = champion is None and lost is None
    return Case(
        candidate=candidate,
        champion=champion,
        champion_model=champion_model,
        obstacle=lost or unreadable,
        metrics=_metrics(given),
        base=before,
        head=after,
        base_rows=base_rows,
        head_rows=head_rows,
        changes=() if first_release else (*ruler.changes(before, after), *moved, *formats),
        looks=_looks(repository, given, after.gate.max_looks),
    )


def _metrics(given: Inputs) -> dict[str, Mapping[str, object] | None]:
    verdicts = given.verdicts or given.metrics
    return {name: _document((verdicts if name in JUDGES else given.metrics) / f"{name}.json") for name in METRICS}


def _champion(repository: Repository, base: str, given: Inputs) -> tuple[Champion | None, Line | None]:
    """The champion, or what stands in the way of it; neither, where there was none yet."""
    if given.first:
        return None, None
    try:
        return find(repository, base, given.champion, near=[given.candidate]), None
    except Lost as lost:
        return None, Line("champion", "fail", str(lost))


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
    if output is None or _md5(given.holdout) == output.md5:
        return None, []
    rows = sides.base_rows(repository, base, output)
    if rows is None or before.contract is None:
        lost = f"{output.path} (md5 {output.md5}) is in neither cache nor remote" if rows is None else "no contract"
        return rows, [Change("outcomes", f"outcomes: cannot be compared with the base's: {lost}; run `dvc pull`")]
    keys = [key for key in (before.contract.id, before.contract.observed_on) if key]
    whole = given.valid.exists()
    table = read_frame(given.valid) if whole else head.frame
    return rows, ruler.outcomes(rows.frame, table, keys, whole)


def _looks(repository: Repository, given: Inputs, limit: int) -> dict[str, object]:
    """How often these rows were looked at; this candidate is the latest look."""
    count = looks.looks(repository.versions(FILE), _md5(given.holdout), _md5(given.candidate))
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
