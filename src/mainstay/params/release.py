"""The gate, what it is handed, releases, and how servers follow them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mainstay.params.section import Positive, Section


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


class Release(Section):
    golden_rows: Positive
    golden_tolerance: Annotated[float, msgspec.Meta(gt=0)]


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
