"""params.yaml as frozen structs: a section a stage or judge, no defaults, no unknown key."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml

from mainstay.refusal import Refusal

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C is ten times as fast; it comes with PyYAML's wheels."""

Positive = Annotated[int, msgspec.Meta(ge=1)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One section of params.yaml. Meanings and units stand beside the numbers there."""


class Simulate(Section):
    seed: int
    start: datetime.date
    months: int
    customers: int
    joiners_a_month: int
    scenarios: list[dict[str, object]]
    leaving: Leaving
    effects: Effects
    offer: Offer
    gaps: Gaps


class Leaving(Section):
    rate: float
    alike: float
    price_elasticity: float
    contract_end: float
    bound: float
    bound_involuntary: float
    involuntary_rate: float
    season: float
    month_effect_sd: float


class Effects(Section):
    tenure_at_month: list[int]
    tenure: list[float]
    connection: dict[str, float]
    payment_method: dict[str, float]
    channel: dict[str, float]
    extras: float
    support_contacts: float
    usage_trend: float
    month_without_login: float
    satisfaction: float
    decade_of_age: float
    failed_payment: float
    autopay: float


class Offer(Section):
    after_complaint: float
    unasked: float
    holdout_share: float


class Gaps(Section):
    at_random: float
    unknown_channel: float
    silent_at_satisfaction: list[float]


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


class Gate(Section):
    seed: int
    confidence: Annotated[float, msgspec.Meta(gt=0.5, lt=1)]
    power: Annotated[float, msgspec.Meta(gt=0.5, lt=1)]
    max_margin_at_leavers: Annotated[list[Positive], msgspec.Meta(min_length=1)]
    min_margin: Annotated[float, msgspec.Meta(gt=0)]
    max_margin: Annotated[list[Annotated[float, msgspec.Meta(gt=0)]], msgspec.Meta(min_length=1)]
    harm_alpha: Annotated[float, msgspec.Meta(gt=0, lt=0.5)]
    harm_tolerance: Annotated[float, msgspec.Meta(ge=0)]
    resamples: Positive
    calibration_bins: Positive
    slice_min_positives: Positive
    min_roc_auc: float
    min_lift_top_decile: float
    max_calibration_error: float
    max_us_a_row: float
    max_model_bytes: int
    max_looks: Positive


class Receive(Section):
    max_files: Positive
    max_bytes: Positive


class Sync(Section):
    poll_s: Annotated[float, msgspec.Meta(gt=0)]
    min_gap_s: Annotated[float, msgspec.Meta(ge=0)]
    agreeing: Positive
    max_backoff_s: Annotated[float, msgspec.Meta(gt=0)]
    git_timeout_s: Annotated[float, msgspec.Meta(gt=0)]
    fetch_timeout_s: Annotated[float, msgspec.Meta(gt=0)]
    golden_tolerance: Annotated[float, msgspec.Meta(gt=0, lt=0.01)]
    keep_slots: Annotated[int, msgspec.Meta(ge=2)]
    max_tries: Positive


class Serve(Section):
    poll_s: Annotated[float, msgspec.Meta(gt=0)]
    retry_polls: Positive
    max_rows: Positive
    max_body_bytes: Positive
    max_head_bytes: Positive
    max_depth: Annotated[int, msgspec.Meta(ge=1, le=100)]
    max_faults: Positive
    request_timeout_s: Annotated[float, msgspec.Meta(gt=0)]
    keep_alive_s: Annotated[float, msgspec.Meta(gt=0)]
    linger_s: Annotated[float, msgspec.Meta(gt=0)]
    stop_timeout_s: Annotated[float, msgspec.Meta(gt=0)]
    sweep_s: Annotated[float, msgspec.Meta(gt=0)]
    max_connections: Positive
    max_buffered_bytes: Positive
    retry_after_s: Positive


class Drift(Section):
    bins: Annotated[int, msgspec.Meta(ge=2)]
    min_rows: Positive
    max_q: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    min_psi: Annotated[float, msgspec.Meta(gt=0)]
    days_needed: Positive
    days: Positive
    max_missing_rise: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    max_unseen: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    volume: Annotated[list[Annotated[float, msgspec.Meta(gt=0)]], msgspec.Meta(min_length=2, max_length=2)]


class Log(Section):
    max_segment_bytes: Positive
    max_segment_age_s: Annotated[float, msgspec.Meta(gt=0)]
    retry_s: Annotated[float, msgspec.Meta(ge=0)]
    retention_days: Positive


class Release(Section):
    golden_rows: Positive
    golden_tolerance: Annotated[float, msgspec.Meta(gt=0)]


class Accept(Section):
    timeout_s: Annotated[float, msgspec.Meta(gt=0)]
    replay_rows: Positive
    rows_a_request: Positive
    calibration_bins: Positive
    figure_tolerance: Annotated[float, msgspec.Meta(gt=0, lt=0.01)]
    load_connections: Positive
    load_requests: Positive
    load_rounds: Positive
    max_p99_ms: Annotated[float, msgspec.Meta(gt=0)]
    huge_bytes: Positive
    nesting: Positive
    slow_timeout_s: Annotated[float, msgspec.Meta(gt=0)]


Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Tolerance = Annotated[float, msgspec.Meta(ge=0, lt=0.2)]


class Watch(Section):
    seed: int
    alpha: Annotated[float, msgspec.Meta(gt=0, lt=0.5)]
    clear_at: Share
    window: Literal["week", "month"]
    min_coverage: Share
    overdue_days: Annotated[int, msgspec.Meta(ge=0)]
    min_leavers: Positive
    stayers_a_leaver: Positive
    ranking_tolerance: Tolerance
    auc_tolerance: Tolerance
    level_tolerance: Annotated[float, msgspec.Meta(ge=0)]
    month_effect_sd: Annotated[float, msgspec.Meta(ge=0)]
    cool_down_h: Annotated[float, msgspec.Meta(ge=0)]
    min_rows_slice: Positive
    resamples: Positive
    calibration_bins: Positive
    max_outcomes_a_prediction: Annotated[float, msgspec.Meta(ge=1)]
    max_unknown_share: Share
    max_contradicting_share: Share
    max_rate_jump: Annotated[float, msgspec.Meta(gt=1)]


class Replay(Section):
    months: Positive
    warm_up_months: Positive
    retrain_every_months: Annotated[int, msgspec.Meta(ge=0)]


class Truth(Section):
    calibration_bins: int
    max_calibration_error: float
    max_regret_auc: float
    max_regret_log_loss: float
    null_importance_share: float


SECTIONS: dict[str, type[Section]] = {
    "simulate": Simulate,
    "adopt": Adopt,
    "validate": Validate,
    "split": Split,
    "train": Train,
    "profit": Profit,
    "evaluate": Evaluate,
    "stress": Stress,
    "gate": Gate,
    "receive": Receive,
    "release": Release,
    "sync": Sync,
    "log": Log,
    "drift": Drift,
    "accept": Accept,
    "serve": Serve,
    "watch": Watch,
    "truth": Truth,
    "replay": Replay,
}


def load(path: Path, section: str) -> Section:
    """The named section of params.yaml. Raises Refusal that names the file, key, value seen and wanted."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 a safe one
    except (OSError, yaml.YAMLError) as error:
        raise Refusal(f"{path}: cannot be read as YAML: {error}") from error
    if not isinstance(document, dict) or section not in document:
        raise Refusal(f"{path}: section {section!r} is missing; wanted one section for each of {', '.join(SECTIONS)}")
    try:
        return msgspec.convert(document[section], SECTIONS[section])
    except msgspec.ValidationError as error:
        where = str(error).replace("`$", f"`{section}")
        raise Refusal(f"{path}: section {section!r}: {where}") from error
