"""The customers as the source shows them on the first of a month."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from mainstay.pipeline.world.customers import months_left

SHOWN = (
    "tenure_months",
    "contract",
    "connection",
    "extras",
    "monthly_charge",
    "payment_method",
    "autopay",
    "failed_payments",
    "support_contacts",
    "usage_gb",
    "usage_trend",
    "satisfaction",
    "channel",
    "age",
    "birth_month",
    "newsletter",
    "gender",
    "region",
)
MAY_MISS = ("age", "satisfaction")


def snapshot(book: pd.DataFrame, treated: np.ndarray, observed_on: datetime.date) -> pd.DataFrame:
    """One row a customer: id, date, columns of the contract, and whether an offer is being made; no gaps yet."""
    rows = pd.DataFrame({"customer_id": ids(book), "observed_on": days([observed_on] * len(book))})
    for column in SHOWN:
        rows[column] = _as_written(book[column])
    rows["contract_months_left"] = pd.array(months_left(book), dtype="Int64")
    rows.loc[rows["contract"] == "monthly", "contract_months_left"] = None
    rows["last_login_on"] = days(np.datetime64(observed_on, "D") - book["days_since_login"].to_numpy())
    rows["treated"] = treated
    return rows


def _as_written(values: pd.Series) -> object:
    """Names as text; integers that may be missing as such."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.astype("str").to_numpy()
    return pd.array(values, dtype="Int64") if values.name in MAY_MISS else values.to_numpy()


def ids(book: pd.DataFrame) -> list[str]:
    """Customer ids: text, never reused."""
    return [f"C{number:06d}" for number in book["number"]]


def days(dates: object) -> pd.Series:
    """Calendar days, without a time."""
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(np.asarray(dates, dtype="datetime64[D]"), pa.date32())))
