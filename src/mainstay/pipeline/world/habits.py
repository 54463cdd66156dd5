"""What customers do in a month: use, log in, call, pay or fail to, and what they say when asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mainstay.pipeline.world.customers import FAILED, PAST, TYPICAL_USAGE_GB, list_price, random_price, value_of
from mainstay.pipeline.world.scenarios import Conditions
from mainstay.pipeline.world.stream import Stream

PERSISTENCE = 0.7
"""Share of last month's engagement that stays; the rest is news."""

FAILING_SHARE = {"card": 0.05, "direct_debit": 0.03, "transfer": 0.04, "electronic_check": 0.08}
"""Payments that fail in a month, by method; three times as many after a failure, half with autopay."""

REPRICED_SHARE = 0.08
"""Customers whose randomised price is drawn anew in a month."""


def lived(book: pd.DataFrame, now: Conditions, stream: Stream) -> pd.DataFrame:
    """The book after one more month: the month's behaviour in the columns that a snapshot shows."""
    book = book.copy()
    _move_to_fiber(book, now, stream)
    _price(book, now, stream)
    _use(book, now, stream)
    _log_in(book, stream)
    _call(book, stream)
    _answer(book, stream)
    _pay(book, stream)
    return book


def _move_to_fiber(book: pd.DataFrame, now: Conditions, stream: Stream) -> None:
    moving = (book["connection"] == "dsl") & (stream.of("moving").random(len(book)) < now.moving_share)
    book.loc[moving, "connection"] = "fiber"


def _price(book: pd.DataFrame, now: Conditions, stream: Stream) -> None:
    repriced = stream.of("repriced").random(len(book)) < REPRICED_SHARE
    fresh = random_price(len(book), stream.of("new_price"))
    book["price_factor"] = np.where(repriced, fresh, book["price_factor"])
    book["monthly_charge"] = (list_price(book) * book["price_factor"] * now.price).round(2)


def _use(book: pd.DataFrame, now: Conditions, stream: Stream) -> None:
    """Usage follows engagement; its trend is against the mean of the three months before."""
    news = stream.of("engagement_news").normal(0, 0.3, len(book))
    book["engagement"] = PERSISTENCE * book["engagement"] + news
    usual = book["level"] * value_of(book["connection"], TYPICAL_USAGE_GB) * now.usage
    usage = usual * np.exp(book["engagement"])
    book["usage_trend"] = (usage / book[list(PAST)].mean(axis=1) - 1).clip(-1, 5).round(3)
    book["usage_3"], book["usage_2"], book["usage_1"] = book["usage_2"], book["usage_1"], usage
    book["usage_gb"] = usage.round(1)


def _log_in(book: pd.DataFrame, stream: Stream) -> None:
    usual = 10 * np.exp(-book["engagement"])
    days = stream.of("log_in").exponential(usual)
    book["days_since_login"] = np.minimum(days, 120).astype(np.int64)


def _call(book: pd.DataFrame, stream: Stream) -> None:
    rate = 0.45 * np.exp(-0.5 * book["engagement"])
    book["support_contacts"] = np.minimum(stream.of("call").poisson(rate), 9)


def _answer(book: pd.DataFrame, stream: Stream) -> None:
    """Satisfaction, 1 to 5, as it is; whether the customer says so is another matter (gaps.py)."""
    noise = stream.of("answer").normal(0, 0.9, len(book))
    mood = 3.7 + 0.8 * book["engagement"] - 0.4 * book["support_contacts"] + noise
    book["satisfaction"] = np.clip(np.rint(mood), 1, 5).astype(np.int64)


def _pay(book: pd.DataFrame, stream: Stream) -> None:
    share = value_of(book["payment_method"], FAILING_SHARE) * np.where(book["autopay"], 0.5, 1.0)
    share = share * np.where(book["failed_1"], 3.0, 1.0)
    book["failed_3"], book["failed_2"] = book["failed_2"], book["failed_1"]
    book["failed_1"] = stream.of("pay").random(len(book)) < share
    book["failed_payments"] = book[list(FAILED)].sum(axis=1).astype(np.int64)
