"""Retention offers: who gets one, and what it does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mainstay.params import Offer
from mainstay.pipeline.world.customers import months_left


def looks_risky(book: pd.DataFrame) -> np.ndarray:
    """The retention team's crude rule: free to leave, and two calls while usage falls, or usage down by half."""
    free = months_left(book) == 0
    falling = book["usage_trend"] < -0.1
    return free & ((_complained(book) & falling) | (book["usage_trend"] < -0.5)).to_numpy()


def treated(book: pd.DataFrame) -> np.ndarray:
    """Who gets an offer in the month: all who look risky, but for the customers held out by lot."""
    return looks_risky(book) & ~book["holdout"].to_numpy()


def factor(book: pd.DataFrame, offer: Offer) -> np.ndarray:
    """What an offer does to the risk: it helps those who have complained, and wakes those who have not."""
    return np.where(_complained(book), offer.after_complaint, offer.unasked)


def _complained(book: pd.DataFrame) -> pd.Series:
    return book["support_contacts"] >= 2
