"""Whether the numbers in params.yaml make a world."""

from __future__ import annotations

from collections.abc import Iterable

from mainstay.params import Effects, Gaps, Simulate
from mainstay.pipeline.world.customers import CHANNELS, LIST_PRICE, PAYMENT_METHODS
from mainstay.refusal import Refusal

SCALE = 5
"""Satisfaction is asked on a scale from 1 to this."""


def check(params: Simulate) -> None:
    """Raises Refusal naming the first number of the section that makes no sense, and what was wanted."""
    for problem in _problems(params):
        raise Refusal(f"params.yaml: simulate.{problem}")


def _problems(params: Simulate) -> Iterable[str]:
    if params.start.day != 1:
        yield f"start is {params.start}; wanted the first of a month"
    for name in ("months", "customers"):
        if getattr(params, name) < 1:
            yield f"{name} is {getattr(params, name)}; wanted 1 or more"
    for name in ("rate", "involuntary_rate"):
        if not 0 < getattr(params.leaving, name) < 1:
            yield f"leaving.{name} is {getattr(params.leaving, name)}; wanted a share between 0 and 1"
    if params.leaving.alike <= 0:
        yield f"leaving.alike is {params.leaving.alike}; wanted above 0"
    yield from _effect_problems(params.effects)
    yield from _gap_problems(params.gaps)


def _effect_problems(effects: Effects) -> Iterable[str]:
    wanted = {"connection": LIST_PRICE, "payment_method": PAYMENT_METHODS, "channel": CHANNELS}
    for name, values in wanted.items():
        if set(getattr(effects, name)) != set(values):
            yield f"effects.{name} names {', '.join(getattr(effects, name))}; wanted {', '.join(values)}"
    months = effects.tenure_at_month
    if not months or months[0] != 0 or sorted(set(months)) != months or len(effects.tenure) != len(months):
        yield f"effects.tenure_at_month is {months}; wanted rising months from 0, one for each of effects.tenure"
    for name in effects.__struct_fields__:
        if any(factor <= 0 for factor in _factors(getattr(effects, name))) and name != "tenure_at_month":
            yield f"effects.{name} is {getattr(effects, name)}; wanted factors above 0"


def _factors(value: object) -> Iterable[float]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else [value]


def _gap_problems(gaps: Gaps) -> Iterable[str]:
    silent = gaps.silent_at_satisfaction
    if len(silent) != SCALE:
        yield f"gaps.silent_at_satisfaction has {len(silent)} shares; wanted {SCALE}"
    for share in (gaps.at_random, gaps.unknown_channel, *silent):
        if not 0 <= share <= 1:
            yield f"gaps: saw {share}; wanted shares between 0 and 1"
