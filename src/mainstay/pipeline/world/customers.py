"""Who the customers are: what is drawn once, when a customer joins."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mainstay.params import Leaving, Simulate
from mainstay.pipeline.world.stream import Stream

TERM_MONTHS = {"monthly": 1, "one_year": 12, "two_year": 24}
LIST_PRICE = {"fiber": 40.0, "dsl": 30.0, "phone_only": 22.0}  # EUR a month
PRICE_OF_AN_EXTRA = 4.0  # EUR a month
TYPICAL_USAGE_GB = {"fiber": 180.0, "dsl": 70.0, "phone_only": 2.0}
CHANNELS = {"web": 0.4, "shop": 0.3, "partner": 0.15, "telesales": 0.15}  # shares of joiners
PAYMENT_METHODS = {"card": 0.3, "direct_debit": 0.25, "transfer": 0.2, "electronic_check": 0.25}
MEAN_TENURE_AT_START = 10  # months: a young book, so that it ages
LONGEST_TENURE_AT_START = 60
PAST = ("usage_1", "usage_2", "usage_3")
FAILED = ("failed_1", "failed_2", "failed_3")


def opening_book(params: Simulate) -> pd.DataFrame:
    """The customers on the books before the first month, one a row; see `_drawn`."""
    stream = Stream(params.seed, 0)
    tenure = stream.of("tenure").geometric(1 / MEAN_TENURE_AT_START, params.customers) - 1
    return _drawn(np.minimum(tenure, LONGEST_TENURE_AT_START), 1, params, stream)


def joiners(first_number: int, share: float, params: Simulate, stream: Stream) -> pd.DataFrame:
    """The customers who joined in the month before; `share` of the usual number of them."""
    count = stream.of("joiners").poisson(params.joiners_a_month * share)
    return _drawn(np.zeros(count, dtype=np.int64), first_number, params, stream)


def list_price(book: pd.DataFrame) -> np.ndarray:
    """EUR a month before the randomised part of the price."""
    return value_of(book["connection"], LIST_PRICE) + PRICE_OF_AN_EXTRA * book["extras"].to_numpy()


def value_of(names: pd.Series, table: dict[str, float]) -> np.ndarray:
    """The number that `table` gives each name of a categorical column."""
    return np.array([table[name] for name in names.cat.categories], dtype=np.float64)[names.cat.codes.to_numpy()]


def months_left(book: pd.DataFrame) -> np.ndarray:
    """Months of the contract that remain after the coming one; 0 where it ends, or may be ended, in it."""
    term = value_of(book["contract"], TERM_MONTHS).astype(np.int64)
    return term - 1 - book["tenure_months"].to_numpy() % term


def _drawn(tenure: np.ndarray, first_number: int, params: Simulate, stream: Stream) -> pd.DataFrame:
    count = len(tenure)
    book = pd.DataFrame({"number": np.arange(first_number, first_number + count), "tenure_months": tenure})
    book["risk"] = _risk(tenure, params.leaving, stream)
    book["holdout"] = stream.of("holdout").random(count) < params.offer.holdout_share
    _draw_person(book, stream)
    _draw_product(book, stream)
    _draw_habits(book, stream)
    return book


def _risk(tenure: np.ndarray, leaving: Leaving, stream: Stream) -> np.ndarray:
    """Each customer's own rate of leaving a month: Beta (Fader & Hardie 2007), given having stayed so far."""
    alpha = leaving.alike
    beta = alpha * (1 - leaving.rate) / leaving.rate
    return stream.of("risk").beta(alpha, beta + tenure)


def _draw_person(book: pd.DataFrame, stream: Stream) -> None:
    count = len(book)
    book["gender"] = _pick(stream, "gender", count, {"female": 0.49, "male": 0.49, "other": 0.02})
    book["region"] = _pick(stream, "region", count, {"north": 0.3, "south": 0.3, "east": 0.15, "west": 0.25})
    book["age"] = np.clip(stream.of("age").normal(46, 15, count), 18, 95).astype(np.int64)
    book["birth_month"] = stream.of("birth_month").integers(1, 13, count)
    book["newsletter"] = stream.of("newsletter").random(count) < 0.4


def _draw_product(book: pd.DataFrame, stream: Stream) -> None:
    """Fibre is commoner in the north; nothing else here follows from the person."""
    count = len(book)
    fiber = np.where(book["region"] == "north", 0.6, 0.4)
    draw = stream.of("connection").random(count)
    names = ["fiber", "phone_only", "dsl"]
    book["connection"] = pd.Categorical.from_codes((draw >= fiber) * 1 + (draw >= fiber + 0.25), names)
    book["contract"] = _pick(stream, "contract", count, {"monthly": 0.86, "one_year": 0.09, "two_year": 0.05})
    book["extras"] = stream.of("extras").binomial(5, 0.35, count)
    book["channel"] = _pick(stream, "channel", count, CHANNELS)
    book["payment_method"] = _pick(stream, "payment_method", count, PAYMENT_METHODS)
    book["autopay"] = stream.of("autopay").random(count) < 0.55
    book["price_factor"] = random_price(count, stream.of("price"))


def random_price(count: int, rng: np.random.Generator) -> np.ndarray:
    """The part of the price that is drawn by lot, so that its effect can be measured: list price times this."""
    return np.exp(np.clip(rng.normal(0, 0.2, count), -0.4, 0.4))


def _draw_habits(book: pd.DataFrame, stream: Stream) -> None:
    """Where each customer starts from in what changes by the month; see habits.py."""
    count = len(book)
    book["level"] = np.exp(stream.of("level").normal(0, 0.5, count))
    book["engagement"] = stream.of("engagement").normal(0, 0.4, count)
    usual = book["level"] * value_of(book["connection"], TYPICAL_USAGE_GB)
    spread = stream.of("usage_past").normal(0, 0.3, (count, len(PAST)))
    for column, shift in zip(PAST, spread.T, strict=True):
        book[column] = usual * np.exp(shift)
    for column in FAILED:
        book[column] = np.zeros(count, dtype=bool)


def _pick(stream: Stream, purpose: str, count: int, shares: dict[str, float]) -> pd.Categorical:
    codes = stream.of(purpose).choice(len(shares), count, p=list(shares.values()))
    return pd.Categorical.from_codes(codes, list(shares))
