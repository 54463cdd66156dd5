"""params.yaml as frozen structs: a section a stage or judge, no defaults, no unknown key."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from mainstay.refusal import Refusal


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One section of params.yaml. Meanings and units stand beside the numbers there."""


class Simulate(Section):
    seed: int
    start: datetime.date
    months: int
    customers: int
    joiners_a_month: int
    scenarios: list[dict[str, object]]


class Validate(Section):
    quarantine_share: float
    leak_auc: float
    min_rows: int
    shrink_share: float
    max_cell_bytes: int
    max_expansion: float
    max_rows: int
    memory_limit_mb: int


class Split(Section):
    test_months: int
    test_share: float
    salt: str
    max_rate_gap_se: float


class Train(Section):
    seed: int
    model: Literal["auto", "logistic", "boosting", "blend"]
    folds: int
    logistic: Logistic
    boosting: Boosting


class Logistic(Section):
    bins: int
    hinges: int
    l2: float


class Boosting(Section):
    learning_rate: float
    max_leaf_nodes: int
    max_iter: int
    min_samples_leaf: int
    l2: float


class Profit(Section):
    contact_share: float
    offer_cost: float
    contact_cost: float
    success_rate: float
    customer_value: float


class Evaluate(Section):
    seed: int
    resamples: int
    slice_min_positives: int
    calibration_bins: int


class Stress(Section):
    seed: int
    rows: int
    max_noise_shift: float
    max_missing_auc_drop: float
    max_unseen_shift: float
    direction_share: float


class Truth(Section):
    max_calibration_error: float
    max_regret_auc: float
    null_importance_share: float


SECTIONS: dict[str, type[Section]] = {
    "simulate": Simulate,
    "validate": Validate,
    "split": Split,
    "train": Train,
    "profit": Profit,
    "evaluate": Evaluate,
    "stress": Stress,
    "truth": Truth,
}


def load(path: Path, section: str) -> Section:
    """The named section of params.yaml. Raises Refusal that names the file, key, value seen and wanted."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise Refusal(f"{path}: cannot be read as YAML: {error}") from error
    if not isinstance(document, dict) or section not in document:
        raise Refusal(f"{path}: section {section!r} is missing; wanted one section for each of {', '.join(SECTIONS)}")
    try:
        return msgspec.convert(document[section], SECTIONS[section])
    except msgspec.ValidationError as error:
        where = str(error).replace("`$", f"`{section}")
        raise Refusal(f"{path}: section {section!r}: {where}") from error
