"""Why customers leave: the true probability of it, from causes whose sizes stand in params.yaml."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mainstay.params import Effects, Leaving
from mainstay.pipeline.world.customers import months_left, value_of

YEAR = 12
USUAL_CHARGE = 30.0
"""EUR a month, at which the charge neither holds nor drives away."""


@dataclass(frozen=True)
class Hazard:
    """The chance of leaving within the month, by choice and through a failed payment, for each customer."""

    by_choice: np.ndarray
    involuntary: np.ndarray

    @property
    def total(self) -> np.ndarray:
        return 1 - (1 - self.by_choice) * (1 - self.involuntary)


def effects_by_choice(book: pd.DataFrame, leaving: Leaving, effects: Effects) -> dict[str, np.ndarray]:
    """Log factor on the risk of leaving by choice, by the columns that show the cause.

    Two columns joined by `+` share one mechanism, and only their sum can be told from data.
    """
    log = np.log
    return {
        "tenure_months": _by_tenure(book, effects),
        "contract+contract_months_left": log(_by_contract(book, leaving)),
        "connection": log(value_of(book["connection"], effects.connection)),
        "payment_method": log(value_of(book["payment_method"], effects.payment_method)),
        "channel": log(value_of(book["channel"], effects.channel)),
        "extras": log(effects.extras) * book["extras"].to_numpy(),
        "monthly_charge": leaving.price_elasticity * log(book["monthly_charge"].to_numpy() / USUAL_CHARGE),
        "support_contacts": log(effects.support_contacts) * book["support_contacts"].to_numpy().clip(0, 4),
        "usage_trend": log(effects.usage_trend) * book["usage_trend"].to_numpy().clip(-0.7, 1.0),
        "last_login_on": log(effects.month_without_login) * book["days_since_login"].to_numpy().clip(0, 60) / 30,
        "satisfaction": log(effects.satisfaction) * (book["satisfaction"].to_numpy() - 3),
        "age": log(effects.decade_of_age) * (book["age"].to_numpy() - 45) / 10,
    }


def effects_involuntary(book: pd.DataFrame, effects: Effects) -> dict[str, np.ndarray]:
    """Log factor on the risk of leaving through a failed payment, by column."""
    return {
        "failed_payments": np.log(effects.failed_payment) * book["failed_payments"].to_numpy(),
        "autopay": np.where(book["autopay"], np.log(effects.autopay), 0.0),
    }


def hazard(book: pd.DataFrame, leaving: Leaving, effects: Effects, factor: np.ndarray | float) -> Hazard:
    """The true risk in a month in which everything is `factor` times as likely as usual.

    By choice: 1 - (1 - risk)^multiplier, the customer's own Beta risk under proportional hazards.
    """
    multiplier = _product(effects_by_choice(book, leaving, effects)) * factor
    by_choice = 1 - (1 - book["risk"].to_numpy()) ** multiplier
    forced = _product(effects_involuntary(book, effects)) * leaving.involuntary_rate * factor
    bound = months_left(book) > 0
    return Hazard(by_choice, np.minimum(forced * np.where(bound, leaving.bound_involuntary, 1.0), 0.9))


def _product(effects: dict[str, np.ndarray]) -> np.ndarray:
    return np.exp(sum(effects.values()))


def season(month_of_year: int, size: float) -> float:
    """Factor on leaving, highest in January, lowest in July."""
    return 1 + size * np.cos(2 * np.pi * (month_of_year - 1) / YEAR)


def _by_tenure(book: pd.DataFrame, effects: Effects) -> np.ndarray:
    """Log factor: straight lines between the months that params name, level after the last."""
    return np.interp(book["tenure_months"].to_numpy(), effects.tenure_at_month, np.log(effects.tenure))


def _by_contract(book: pd.DataFrame, leaving: Leaving) -> np.ndarray:
    fixed = (book["contract"] != "monthly").to_numpy()
    ends = months_left(book) == 0
    return np.select([~fixed, ends], [1.0, leaving.contract_end], leaving.bound)
