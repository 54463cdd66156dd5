"""The model to score a book with, and what to call it: a release that a syncer put in place, or a bare file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mainstay.model.file import Model
from mainstay.params import load as section
from mainstay.refusal import Refusal
from mainstay.serving.slot import CURRENT, linked


class NamedModel(NamedTuple):
    """A model, its release or the beginning of its digest, and the score from which a customer is contacted."""

    model: Model
    name: str
    operating_point: float


def load(path: Path, params: Path) -> NamedModel:
    """The model in a file, or the current one of a directory that `mainstay sync` keeps, checked as a server does.

    Raises Refusal, also where neither the model nor its release says whom to contact.
    """
    if path.is_dir():
        model, name, threshold = _released(path, params)
    else:
        model = Model.load(path)
        name, threshold = f"sha256:{model.digest[:12]}", model.about.get("operating_point")
    if not isinstance(threshold, float) or not 0 <= threshold <= 1:
        raise Refusal(f"{path}: operating_point is {threshold!r}, wanted a probability; run `dvc repro train`")
    return NamedModel(model, name, threshold)


def _released(directory: Path, params: Path) -> tuple[Model, str, float | None]:
    from mainstay.serving.loading import Check, load

    slot = linked(directory, CURRENT)
    if slot is None:
        raise Refusal(f"{directory / CURRENT}: leads to no release; run `mainstay sync`")
    check = Check(section(params, "sync").golden_tolerance, None, None)
    loaded = load(slot, check, section(params, "serve"))
    return loaded.model, loaded.release, loaded.threshold
