"""The stages, what they have a model judged by, and a contract's draft."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from mainstay.params.section import Positive, Section


class Adopt(Section):
    horizon_days: int
    max_values: int
    range_headroom: float
    missing_headroom: float
    leak_rows: int


class Validate(Section):
    quarantine_share: float
    outcome_missing_share: float
    leak_auc: float
    min_rows: int
    shrink_share: float
    max_rate_jump: Annotated[float, msgspec.Meta(gt=1)]
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
    treated: Literal["exclude", "include"]
    folds: Folds
    logistic: Logistic
    boosting: Boosting
    blend: Blend


class Folds(Section):
    undated: Annotated[int, msgspec.Meta(ge=2)]
    dated: Annotated[int, msgspec.Meta(ge=2)]


class Logistic(Section):
    bins: Annotated[int, msgspec.Meta(ge=2, le=255)]
    hinges: Annotated[int, msgspec.Meta(ge=0)]
    l2: Annotated[float, msgspec.Meta(gt=0)]


class Boosting(Section):
    learning_rate: Annotated[float, msgspec.Meta(gt=0)]
    max_leaf_nodes: Annotated[int, msgspec.Meta(ge=2)]
    max_iter: Annotated[int, msgspec.Meta(ge=1)]
    max_features: Annotated[float, msgspec.Meta(gt=0, le=1)]
    min_samples_leaf: Annotated[int, msgspec.Meta(ge=1)]
    l2: Annotated[float, msgspec.Meta(ge=0)]


class Blend(Section):
    boosting_weight: Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Profit(Section):
    contact_share: Annotated[float, msgspec.Meta(gt=0, le=1)]
    offer_cost: float
    contact_cost: float
    success_rate: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    success_trials: Annotated[float, msgspec.Meta(gt=0)]
    customer_value: float


class Evaluate(Section):
    seed: int
    resamples: Positive
    slice_min_positives: int
    calibration_bins: Positive
    permutations: Positive


class Stress(Section):
    seed: int
    rows: Positive
    noise_share: float
    missing_share: float
    max_noise_shift: float
    max_missing_auc_drop: float
    max_unseen_shift: float
    direction_share: float


class Truth(Section):
    calibration_bins: int
    max_calibration_error: float
    max_regret_auc: float
    max_regret_log_loss: float
    null_importance_share: float
