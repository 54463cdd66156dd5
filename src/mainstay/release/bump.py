"""The next version, from the size of the change.

major: the contract changed, so that whoever sends rows may have to change, too. minor: what makes the model changed:
its parameters or code. patch: the same recipe on other data.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from mainstay.params.file import LOADER
from mainstay.refusal import Refusal
from mainstay.release.git import Repository
from mainstay.release.lock import FILE
from mainstay.rows import contract_file
from mainstay.trust.tags import Bump

CONTRACT = "data/contract.yaml"
DATA = "data/"
MADE_UP = ("simulate", "truth")
"""Stages that stand in for a team's own data."""


@dataclass(frozen=True)
class Recipe:
    """What a commit makes its model by: the contract's content, and the digests of all that is not data."""

    contract: object
    steps: object


def recipe(repository: Repository, commit: str) -> Recipe | None:
    """Of a commit; None where it is not here or cannot be read by this code."""
    contract, lock = repository.file(commit, CONTRACT), repository.file(commit, FILE)
    if contract is None or lock is None:
        return None
    try:
        stages = yaml.load(lock, Loader=LOADER)["stages"]  # noqa: S506 a safe one
        steps = {name: _step(stage) for name, stage in stages.items() if name not in MADE_UP}
        return Recipe(contract_file.to_dict(contract_file.parse(contract.decode(), CONTRACT)), steps)
    except (Refusal, yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return None


def size(before: Recipe | None, after: Recipe) -> Bump:
    """How big the change is; one that cannot be told is taken for a minor one."""
    if before is None:
        return "minor"
    if before.contract != after.contract:
        return "major"
    return "patch" if before.steps == after.steps else "minor"


def _step(stage: dict[str, object]) -> object:
    """A stage's parameters and code; data that it reads is left out, as what changed upstream of it shows there."""
    code = [d for d in stage.get("deps", ()) if not d["path"].startswith((DATA, "metrics/"))]
    return stage.get("params"), [(d["path"], d["md5"]) for d in code]
