"""What a report is drawn from, found by the digests that the verdict is about; whatever does not fit is Missing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mainstay.model.file import Model
from mainstay.refusal import Refusal
from mainstay.release import sides
from mainstay.release.git import Repository
from mainstay.release.holdout import Holdout, holdout
from mainstay.release.missing import Missing
from mainstay.release.side_by_side import Scored
from mainstay.rows.contract import Contract


@dataclass(frozen=True)
class Evidence:
    """Both models and their scores of the rows of the verdict; `champion` is None where there is none."""

    held: Holdout
    scored: Scored
    candidate: Model
    champion: Model | None


@dataclass(frozen=True)
class Files:
    """Where to look; `holdouts` in their order."""

    candidate: Path
    champion: Path
    holdouts: tuple[Path, ...]


def evidence(gate: Mapping[str, object], files: Files, repository: Repository, base: str) -> Evidence | Missing:
    """The very files and rows of the verdict, or what is missing of them."""
    digests = gate["digests"]
    if not digests or gate["kind"] == "not comparable":
        return Missing("the verdict names no rows: the two could not be laid side by side")
    try:
        candidate = _model(files.candidate, digests["candidate"])
        champion = _model(files.champion, digests["champion"]) if digests["champion"] else None
        held = _held(gate, files, repository, base, [m for m in (candidate, champion) if m])
        scores = [None if m is None else m.score(held.frame).astype(np.float64) for m in (candidate, champion)]
    except Refusal as refusal:
        return Missing(str(refusal))
    return Evidence(held, Scored(held.outcome, *scores), candidate, champion)


def _model(path: Path, digest: str) -> Model:
    model = Model.load(path)
    if model.digest != digest:
        seen = f"is the model {model.digest[:10]}, the verdict is about {digest[:10]}"
        raise Refusal(f"{path}: {seen}; run `mainstay gate` again")
    return model


def _held(
    gate: Mapping[str, object], files: Files, repository: Repository, base: str, models: Sequence[Model]
) -> Holdout:
    rows = _rows(gate["digests"]["test_rows"], files.holdouts, repository, base)
    held = holdout(rows.frame, _contract(gate, repository, base, models[0]), models, rows.source)
    counts, judged = held.counts(), gate["rows"]
    if any(counts[name] != judged.get(name) for name in ("rows", "positives")):
        raise Refusal(f"{rows.source}: {counts['rows']} rows remain to judge by, the verdict had {judged.get('rows')}")
    return held


def _rows(digest: str, holdouts: Sequence[Path], repository: Repository, base: str) -> sides.Rows:
    for path in holdouts:
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            return sides.rows(path)
    output = sides.base_test(repository, base)
    found = sides.base_rows(repository, base, output) if output else None
    if found is None or found.digest != digest:
        places = ", ".join(map(str, holdouts))
        raise Refusal(f"the verdict's test rows {digest[:10]} are neither in {places} nor kept by DVC; run `dvc pull`")
    return found


def _contract(gate: Mapping[str, object], repository: Repository, base: str, candidate: Model) -> Contract:
    """That of the ruler by which the figures were read off."""
    if gate["ruler"].get("judged_by") != "base":
        return candidate.contract
    contract = sides.of_base(repository, base).contract
    if contract is None:
        raise Refusal(f"the contract of the base, {base[:10]}, cannot be read")
    return contract
