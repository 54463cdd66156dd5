"""The business month by month: what happens, and what is written down of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mainstay.params import Leaving, Simulate
from mainstay.pipeline.world import customers, damage, habits, hazards, offers
from mainstay.pipeline.world.gaps import with_gaps
from mainstay.pipeline.world.scenarios import Conditions, Scenario, conditions, parse
from mainstay.pipeline.world.settings import check
from mainstay.pipeline.world.snapshot import days, ids, snapshot
from mainstay.pipeline.world.stream import Stream

HORIZON_DAYS = 30
"""All leaving of a month falls on its first 28 days, so this horizon holds a month's leavers and no others."""

NULL_COLUMNS = ("birth_month", "newsletter")
"""Features that have nothing to do with leaving."""


@dataclass(frozen=True)
class Month:
    """One month: the snapshot of its first day, who of it left, when that is known, and the truth behind it."""

    observed_on: datetime.date
    customers: pd.DataFrame
    outcomes: pd.DataFrame
    outcomes_known_on: datetime.date
    truth: pd.DataFrame


def months(params: Simulate) -> Iterator[Month]:
    """Every month from the first. Each follows from the seed and the months before it alone."""
    check(params)
    scenarios = parse(params.scenarios)
    book, next_number = customers.opening_book(params), params.customers + 1
    for number in range(1, params.months + 1):
        stream, now = Stream(params.seed, number), conditions(scenarios, number)
        joined = customers.joiners(next_number, now.joiners, params, stream)
        next_number += len(joined)
        book = habits.lived(pd.concat([book, joined], ignore_index=True), now, stream)
        month, left = _month(book, params, scenarios, now, stream)
        yield month
        book = book[~left].assign(tenure_months=book["tenure_months"] + 1)


def _month(
    book: pd.DataFrame, params: Simulate, scenarios: tuple[Scenario, ...], now: Conditions, stream: Stream
) -> tuple[Month, np.ndarray]:
    """The month, and who leaves in it."""
    observed_on = first_of(params.start, stream.month)
    treated = offers.treated(book)
    truth = _truth(book, treated, params, now, stream, observed_on)
    left = stream.of("leaving").random(len(book)) < truth["p_true"].to_numpy()
    rows = with_gaps(snapshot(book, treated, observed_on), params.gaps, stream)
    churned = damage.poisoned(left.astype(np.int64), scenarios, stream)
    month = Month(
        observed_on=observed_on,
        customers=damage.damaged(rows, left, scenarios, stream),
        outcomes=rows[["customer_id", "observed_on"]].assign(churned=churned),
        outcomes_known_on=observed_on + datetime.timedelta(days=HORIZON_DAYS + now.outcomes_late_days),
        truth=truth,
    )
    return month, left


def _truth(
    book: pd.DataFrame,
    treated: np.ndarray,
    params: Simulate,
    now: Conditions,
    stream: Stream,
    observed_on: datetime.date,
) -> pd.DataFrame:
    """The true probabilities, with the offers as they were made and without any, and the effects behind them."""
    leaving, effects = params.leaving, params.effects
    shared = now.churn * hazards.season(observed_on.month, leaving.season) * _month_effect(leaving, stream)
    offered = np.where(treated, offers.factor(book, params.offer), 1.0)
    untreated = hazards.hazard(book, leaving, effects, shared)
    planted = hazards.effects_by_choice(book, leaving, effects) | hazards.effects_involuntary(book, effects)
    planted |= {column: np.zeros(len(book)) for column in NULL_COLUMNS}
    return pd.DataFrame(
        {
            "customer_id": ids(book),
            "observed_on": days([observed_on] * len(book)),
            "treated": treated,
            "holdout": book["holdout"].to_numpy(),
            "p_true": hazards.hazard(book, leaving, effects, shared * offered).total,
            "p_untreated": untreated.total,
            "p_involuntary": untreated.involuntary,
            **{f"effect:{columns}": effect for columns, effect in planted.items()},
        }
    )


def _month_effect(leaving: Leaving, stream: Stream) -> float:
    """A factor that all customers share in a month; its mean is 1."""
    sd = leaving.month_effect_sd
    return float(np.exp(stream.of("month_effect").normal(0, 1) * sd - sd**2 / 2))


def first_of(start: datetime.date, month: int) -> datetime.date:
    """The first day of the month that is number `month` from `start`, which is number 1."""
    years, index = divmod(start.month + month - 2, 12)
    return datetime.date(start.year + years, index + 1, 1)
