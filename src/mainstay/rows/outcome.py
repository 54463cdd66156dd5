"""From what a team recorded to the outcome: who counts, what is known by now, and who left in time."""

from __future__ import annotations

import datetime

import ibis

from mainstay.rows.contract import OUTCOME, Contract
from mainstay.rows.faults import FILE, ROW

FIRST, LAST = "__first", "__last"


def settled(table: ibis.Table, contract: Contract) -> ibis.Table:
    """One row a customer and date of the outcomes' own table, with the smallest and the largest thing recorded.

    Repeated outcomes are one; where the smallest differs from the largest they contradict each other.
    """
    recorded = table[_recorded(contract)]
    known = table.filter(recorded.notnull())
    return known.group_by(keys(contract)).aggregate(**{FIRST: recorded.min(), LAST: recorded.max()})


def contradictions(table: ibis.Table, contract: Contract) -> ibis.Table:
    """The outcomes that another one of the same customer and date contradicts, as faults."""
    both = settled(table, contract)
    rows = table.view().semi_join(both.filter(both[FIRST] != both[LAST]), keys(contract))
    return rows.select(
        FILE,
        ROW,
        day=rows[contract.observed_on] if contract.observed_on else ibis.null("date"),
        column=ibis.literal(_recorded(contract)),
        seen=rows[_recorded(contract)].cast("string"),
        reason=ibis.literal("contradicts another outcome of the same customer"),
    )


def joined(customers: ibis.Table, outcomes: ibis.Table, contract: Contract) -> ibis.Table:
    """Customers with what was recorded of them; nothing where there is no outcome, or contradicting ones."""
    once = settled(outcomes, contract)
    once = once.filter(once[FIRST] == once[LAST]).drop(LAST).rename({_recorded(contract): FIRST})
    return customers.left_join(once, keys(contract)).select(*customers.columns, _recorded(contract))


def counted(table: ibis.Table, contract: Contract) -> ibis.Table:
    """Without customers who had left by the observation date, or who left within the lead time after it."""
    if contract.outcome.left_on is None:
        return table
    days = _days_until_left(table, contract)
    return table.filter(days.isnull() | (days > contract.outcome.lead_days))


def labelled(table: ibis.Table, contract: Contract, as_of: datetime.date | None) -> ibis.Table:
    """The table with `churned`: 1 left, 0 stayed, NULL where not recorded, or not mature on `as_of`.

    Mature is observed_on + lead + horizon <= as_of. Immature rows have no outcome even where they are already
    positive: early leavers alone would bias it. Undated rows are all mature.
    """
    outcome = contract.outcome
    left = _left_in_time(table, contract) if outcome.left_on else _as_recorded(table, contract)
    if contract.observed_on is not None:
        last = ibis.literal(mature_until(as_of, contract), "date")
        left = ibis.ifelse(table[contract.observed_on] <= last, left, ibis.null("int8"))
    return table.mutate(**{OUTCOME: left.cast("int8")})


def mature_until(as_of: datetime.date, contract: Contract) -> datetime.date:
    """The last observation date whose outcomes are known on `as_of`."""
    return as_of - datetime.timedelta(days=contract.outcome.lead_days + contract.outcome.horizon_days)


def keys(contract: Contract) -> list[str]:
    """What names a row: the id, and the observation date where rows are dated."""
    return [contract.id, contract.observed_on] if contract.observed_on else [contract.id]


def _recorded(contract: Contract) -> str:
    return contract.outcome.left_on or contract.outcome.column


def _left_in_time(table: ibis.Table, contract: Contract) -> ibis.Value:
    """1 iff left within (lead, lead + horizon] days; who has not left has stayed."""
    last_day = contract.outcome.lead_days + contract.outcome.horizon_days
    return ibis.coalesce(_days_until_left(table, contract) <= last_day, False).cast("int8")


def _as_recorded(table: ibis.Table, contract: Contract) -> ibis.Value:
    label = table[contract.outcome.column]
    return ibis.ifelse(label.isnull(), ibis.null("int8"), (label == contract.outcome.positive).cast("int8"))


def _days_until_left(table: ibis.Table, contract: Contract) -> ibis.Value:
    return table[contract.outcome.left_on].delta(table[contract.observed_on], unit="day")
