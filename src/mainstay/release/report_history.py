"""Where a report's two sides stand in git: the champion's commit, the branch's commits, the rows each learned from."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas

from mainstay.refusal import Refusal
from mainstay.release import stored
from mainstay.release.champion import in_production
from mainstay.release.git import Repository
from mainstay.release.lock import FILE, MODEL, Output, outputs
from mainstay.release.missing import Missing
from mainstay.release.report_change import Commit
from mainstay.release.training_drift import Compared, compared
from mainstay.rows.contract import Contract

TRAIN = "data/train.parquet"


@dataclass(frozen=True)
class Sides:
    """The commit of the champion (or of the base, where there is no champion) and what both sides' runs made."""

    commit: str
    champion: Mapping[str, Output]
    candidate: Mapping[str, Output]


def sides(repository: Repository, base: str, ref: str | None, champion: Path, has_champion: bool) -> Sides | Missing:
    """Both sides; Missing where the commit that is thought the champion's has another model than `champion`."""
    named = ref or in_production(repository)
    commit = repository.resolve(named) if named else base
    made = _outputs(repository.file(commit, FILE))
    if has_champion and (MODEL not in made or made[MODEL].md5 != _md5(champion)):
        return Missing(
            f"{champion} is not the model of {named or commit[:10]}; give --champion as the gate was given it"
        )
    lock = repository.root / FILE
    return Sides(commit, made, _outputs(lock.read_bytes() if lock.exists() else None))


def commits(repository: Repository, old: str, head: str) -> tuple[Commit, ...] | Missing:
    """What `head` has and `old` has not, newest first."""
    log = repository.ask("log", "--format=%H%x1f%an%x1f%s%x1e", f"{old}..{repository.resolve(head)}")
    if log is None:
        return Missing(f"`git log {old[:10]}..{head}` failed")
    return tuple(Commit(*entry.strip("\n").split("\x1f", 2)) for entry in log.split("\x1e") if entry.strip())


def uncommitted(repository: Repository) -> bool:
    """Whether the working tree differs from HEAD in what git tracks."""
    return repository.ask("diff", "--quiet", "HEAD") is None


def drift(
    repository: Repository, known: Sides, train: Path, test: pandas.DataFrame, contract: Contract
) -> Compared | Missing:
    """The candidate's training rows against the champion's; or else the test rows, where those are not here."""
    old, new = known.champion.get(TRAIN), known.candidate.get(TRAIN)
    if old is None:
        return Missing(f"no {TRAIN} in {FILE} of {known.commit[:10]}, so what the champion learned from is not known")
    data = stored.read(repository, old, known.commit, [train])
    if data is None:
        lost = f"the champion's {TRAIN} (md5 {old.md5}) is in neither cache nor remote"
        return Missing(f"{lost}; run `dvc push` where it was made")
    reference = _frame(data, "the champion's training rows")
    if new is not None and new.md5 == old.md5:
        return compared(reference, test, contract, "the test rows (both models learned from the same training rows)")
    if new is not None and train.exists() and stored.fits(train.read_bytes(), new):
        return compared(reference, _frame(train.read_bytes(), str(train)), contract, "the candidate's training rows")
    return compared(reference, test, contract, "the test rows (the candidate's training rows are not here)")


def _frame(data: bytes, source: str) -> pandas.DataFrame:
    try:
        return pandas.read_parquet(io.BytesIO(data))
    except (OSError, ValueError) as error:
        raise Refusal(f"{source}: cannot be read as Parquet: {error}") from error


def _outputs(text: bytes | None) -> Mapping[str, Output]:
    return {} if text is None else outputs(text)


def _md5(path: Path) -> str | None:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() if path.exists() else None
