"""The simulated business."""

from __future__ import annotations

import datetime

from mainstay.params.section import Section


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
