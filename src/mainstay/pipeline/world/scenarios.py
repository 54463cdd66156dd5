"""What can be made to happen to the business or to its files, and when. Months count from 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from mainstay.refusal import Refusal


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """One thing that happens in, or from, a month. The defaults are typical sizes: docs/simulator.md."""

    month: int


class Shock(Scenario, tag="shock"):
    """Everyone's risk is `churn` times higher for a quarter, then `after` times for the next."""

    churn: float = 2.7
    after: float = 1.4


class CovariateDrift(Scenario, tag="covariate_drift"):
    """Fibre is rolled out: a share of the DSL customers moves to it every month, and usage grows at once."""

    moving_share: float = 0.15
    usage: float = 1.3


class PriceRise(Scenario, tag="price_rise"):
    """All prices are multiplied, for good."""

    factor: float = 1.15


class AgeingBook(Scenario, tag="ageing_book"):
    """Only this share of the usual joiners still comes."""

    joiners: float = 0.2


class RenamedColumn(Scenario, tag="renamed_column"):
    """The source renames a column."""

    column: str = "monthly_charge"
    to: str = "monthly_fee"


class LeakingColumn(Scenario, tag="leaking_column"):
    """A column is read after the month: 0 where the customer has left. A new column says 1 there instead."""

    column: str = "usage_gb"


class BrokenMeter(Scenario, tag="broken_meter"):
    """A share of the usage meters is stuck at `reading` for some months; below 0 it breaks the contract."""

    share: float = 0.4
    reading: float = 0.0
    months: int = 3


class LateOutcomes(Scenario, tag="late_outcomes"):
    """Outcomes of the snapshots from this month on arrive this many days late."""

    days: int = 60


class PoisonedMonth(Scenario, tag="poisoned_month"):
    """A share of one month's outcomes is turned round."""

    share: float = 0.3


KINDS = (
    Shock,
    CovariateDrift,
    PriceRise,
    AgeingBook,
    RenamedColumn,
    LeakingColumn,
    BrokenMeter,
    LateOutcomes,
    PoisonedMonth,
)
QUARTER = 3


def parse(documents: list[dict[str, object]]) -> tuple[Scenario, ...]:
    """The scenarios as written in params.yaml. Raises Refusal naming the one at fault and what was wanted."""
    return tuple(_one(position, document) for position, document in enumerate(documents, 1))


def _one(position: int, document: dict[str, object]) -> Scenario:
    where = f"params.yaml: simulate.scenarios, number {position} ({document})"
    kinds = {kind.__struct_config__.tag: kind for kind in KINDS}
    kind = kinds.get(str(document.get("kind")))
    if kind is None:
        raise Refusal(f"{where}: saw kind {document.get('kind')!r}; wanted one of {', '.join(kinds)}")
    try:
        scenario = msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise Refusal(f"{where}: {error}; wanted keys kind, {', '.join(kind.__struct_fields__)}") from error
    for problem in _problems(scenario):
        raise Refusal(f"{where}: {problem}")
    return scenario


def _problems(scenario: Scenario) -> Iterable[str]:
    if scenario.month < 1:
        yield f"month is {scenario.month}; months count from 1"
    for key in scenario.__struct_fields__:
        value = getattr(scenario, key)
        if "share" in key and not 0 <= value <= 1:
            yield f"{key} is {value}; wanted a share between 0 and 1"
        if key in ("churn", "after", "factor", "usage", "joiners", "months", "days") and value < 0:
            yield f"{key} is {value}; wanted 0 or more"


@dataclass(frozen=True)
class Conditions:
    """What a month is like for the business: factors on churn, prices, usage and joiners; 1 is as usual."""

    churn: float = 1.0
    price: float = 1.0
    usage: float = 1.0
    joiners: float = 1.0
    moving_share: float = 0.0
    outcomes_late_days: int = 0


def conditions(scenarios: Iterable[Scenario], month: int) -> Conditions:
    """What the scenarios make of a month, all of them together."""
    now = Conditions()
    for scenario in scenarios:
        if scenario.month <= month:
            now = _changed(now, scenario, month - scenario.month)
    return now


def _changed(now: Conditions, scenario: Scenario, age: int) -> Conditions:
    """`now` as one scenario that began `age` months ago leaves it."""
    match scenario:
        case Shock() if age < QUARTER:
            return replace(now, churn=now.churn * scenario.churn)
        case Shock() if age < 2 * QUARTER:
            return replace(now, churn=now.churn * scenario.after)
        case PriceRise():
            return replace(now, price=now.price * scenario.factor)
        case AgeingBook():
            return replace(now, joiners=now.joiners * scenario.joiners)
        case CovariateDrift():
            return replace(now, usage=now.usage * scenario.usage, moving_share=scenario.moving_share)
        case LateOutcomes():
            return replace(now, outcomes_late_days=scenario.days)
    return now
