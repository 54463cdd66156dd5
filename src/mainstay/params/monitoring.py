"""What is watched in production, and the past on which that is tried."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from mainstay.params.section import Positive, Section, Share

Tolerance = Annotated[float, msgspec.Meta(ge=0, lt=0.2)]


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
