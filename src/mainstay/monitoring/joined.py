"""Logged predictions with what became of the customers: one row a customer and date. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mainstay.rows.contract import Contract
from mainstay.rows.keyed_file import Keyed

if TYPE_CHECKING:
    import pandas

DAY, LABEL = "__day", "__outcome"
"""Columns of the joined rows: the observation date, or the day of scoring where rows are undated; 1 left, 0 stayed,
NaN where nothing, or something contradictory, was recorded."""


@dataclass(frozen=True)
class Joined:
    """`frame` holds the rows to judge by, in order of days. The counts are of what came in and what was left out.

    `repeated` predictions of a customer and date were overtaken by a later one; `treated` is None where no table
    says who was. `outcomes` and `strangers` count customers and dates on the days that the log has: all, and those
    that no prediction names; `recorded` counts their records, `contradicting` those that another one denies.
    """

    frame: pandas.DataFrame
    predictions: int
    repeated: int
    treated: int | None
    left_in_lead: int
    outcomes: int
    strangers: int
    recorded: int
    contradicting: int


def joined(
    logged: pandas.DataFrame,
    outcomes: Keyed,
    treated: Keyed | None,
    contract: Contract,
    hidden: Callable[[Iterable[str]], list[str]],
) -> Joined:
    """The log with its outcomes. `hidden` makes the log's pseudonyms of ids.

    Of several predictions of a customer and date the last counts: it is the one that was acted on. Treated rows
    are left out, for the offer changed what was foretold; the hold-out stays in.
    """
    predictions = len(logged)
    frame = _last(logged, contract)
    repeated = predictions - len(frame)
    seen = _by_customer(outcomes.frame, frame, hidden, dated=contract.observed_on is not None)
    agreed = seen["first"] == seen["last"]
    frame = frame.merge(seen.loc[agreed, ["customer", DAY, "first"]], on=["customer", DAY], how="left")
    counts = {
        "outcomes": len(seen),
        "strangers": _strangers(seen, frame),
        "recorded": int(seen["copies"].sum()),
        "contradicting": int((~agreed).sum()),
    }
    frame, in_lead = _labelled(frame, contract, outcomes.frame["first"])
    frame, offered = _untreated(frame, treated, contract, hidden)
    frame = frame.sort_values([DAY, "customer"], kind="stable", ignore_index=True)
    return Joined(frame, predictions, repeated, offered, in_lead, **counts)


def _last(logged: pandas.DataFrame, contract: Contract) -> pandas.DataFrame:
    import pandas

    day = logged["observed_on"] if contract.observed_on else logged["scored_at"].dt.tz_localize(None).dt.normalize()
    frame = logged.assign(**{DAY: pandas.to_datetime(day).astype("datetime64[s]")})
    frame = frame.loc[frame[DAY].notna()].sort_values("scored_at", kind="stable")
    keys = ["customer", DAY] if contract.observed_on else ["customer"]
    return frame.drop_duplicates(keys, keep="last")


def _by_customer(
    keyed: pandas.DataFrame, frame: pandas.DataFrame, hidden: Callable[[Iterable[str]], list[str]], dated: bool
) -> pandas.DataFrame:
    """What was recorded on the days that the log has, by pseudonym; undated records hold for the customer's one row."""
    import pandas

    if dated:
        keyed = keyed.assign(**{DAY: keyed["day"].astype("datetime64[s]")})
        keyed = keyed.loc[keyed[DAY].isin(frame[DAY].unique())]
    at, ids = pandas.factorize(keyed["id"])
    keyed = keyed.assign(customer=np.array(hidden(ids), dtype=object)[at])
    return keyed if dated else keyed.merge(frame[["customer", DAY]], on="customer", how="left")


def _strangers(seen: pandas.DataFrame, frame: pandas.DataFrame) -> int:
    both = seen[["customer", DAY]].merge(frame[["customer", DAY]], on=["customer", DAY], how="inner")
    return len(seen) - len(both)


def _labelled(frame: pandas.DataFrame, contract: Contract, recorded: pandas.Series) -> tuple[pandas.DataFrame, int]:
    """With LABEL; without customers who left within the lead time, and how many those are.

    Where leavers alone are recorded, of days after which nobody was yet, nothing is known.
    """
    outcome, first = contract.outcome, frame["first"]
    if outcome.left_on is None:
        label = np.where(first.isna(), np.nan, (first == outcome.positive).astype(np.float64))
        return frame.drop(columns="first").assign(**{LABEL: label}), 0
    days = (first.astype("datetime64[s]") - frame[DAY]) / np.timedelta64(1, "D")
    label = (days <= outcome.lead_days + outcome.horizon_days).astype(np.float64)  # who has not left has stayed
    newest = recorded.max() if len(recorded) else np.datetime64("NaT")
    label = label.where(frame[DAY] + np.timedelta64(outcome.lead_days, "D") <= newest)
    counts = ~(days <= outcome.lead_days)
    return frame.drop(columns="first").assign(**{LABEL: label}).loc[counts], int((~counts).sum())


def _untreated(
    frame: pandas.DataFrame, treated: Keyed | None, contract: Contract, hidden: Callable[[Iterable[str]], list[str]]
) -> tuple[pandas.DataFrame, int | None]:
    if treated is None:
        return frame, None
    offers = _by_customer(treated.frame, frame, hidden, dated=contract.observed_on is not None)
    offers = offers.loc[offers["last"].astype(bool), ["customer", DAY]]
    found = frame[["customer", DAY]].merge(offers, on=["customer", DAY], how="left", indicator=True)
    offered = (found["_merge"] == "both").to_numpy()
    return frame.loc[~offered], int(offered.sum())
