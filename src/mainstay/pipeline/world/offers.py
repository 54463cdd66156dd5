"""Retention offers: who gets one, and what it does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mainstay.params import Offer
from mainstay.pipeline.world.customers import months_left


def looks_risky(book: pd.DataFrame) -> np.ndarray:
    """The retention team's crude rule: free to leave, and two calls or usage down by a third."""
    free = months_left(book) == 0
    return free & ((book["support_contacts"] >= 2) | (book["usage_trend"] < -0.4)).to_numpy()


def treated(book: pd.DataFrame) -> np.ndarray:
    """Who gets an offer in the month: all who look risky, but for the customers held out by lot."""
    return looks_risky(book) & ~book["holdout"].to_numpy()


def factor(book: pd.DataFrame, offer: Offer) -> np.ndarray:
    """What an offer does to the risk: it helps those who have complained, and wakes those who have not."""
    complained = (book["support_contacts"] >= 2).to_numpy()
    return np.where(complained, offer.after_complaint, offer.unasked)
