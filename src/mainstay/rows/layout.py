"""Which columns a raw table should hold, and how one that differs is told."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mainstay.refusal import Refusal
from mainstay.rows.contract import Column, Contract

CUSTOMERS = "customers"
"""The folder, or file, of customer rows below raw/."""


@dataclass(frozen=True)
class Layout:
    """A raw table: its folder or file below raw/, the columns to read, and those that may be there unread.

    With `others` any further column is passed over; without, it is a difference.
    """

    name: str
    columns: tuple[Column, ...]
    ignored: frozenset[str]
    others: bool


def customers(contract: Contract) -> Layout:
    """The table of customer rows; it holds the outcome too, unless that has a table of its own."""
    treated = (Column(contract.treated.column, "boolean"),) if contract.treated else ()
    outcome = () if contract.outcome.table else (recorded(contract),)
    ignored = frozenset(c.name for c in contract.columns if c.use == "ignore")
    return Layout(CUSTOMERS, (*keys(contract), *outcome, *treated, *contract.used), ignored, others=False)


def to_score(contract: Contract, held: Collection[str]) -> Layout:
    """What a table of customers needs to be scored: the id and the features; `held` are the columns that it has.

    The observation date is read where it is there, and wanted where a feature is counted from it.
    """
    counted = any(c.kind == "date" for c in contract.features)
    dated = contract.observed_on is not None and (counted or contract.observed_on in held)
    named = keys(contract) if dated else (Column(contract.id, "category"),)
    return Layout(CUSTOMERS, (*named, *contract.features), frozenset(), others=True)


def outcomes(contract: Contract) -> Layout | None:
    """The outcomes' own table, keyed by id and observation date, or None."""
    if contract.outcome.table is None:
        return None
    return Layout(contract.outcome.table, (*keys(contract), recorded(contract)), frozenset(), others=True)


def keys(contract: Contract) -> tuple[Column, ...]:
    """The columns that name a row: the id, and the observation date where rows are dated."""
    dated = (Column(contract.observed_on, "date"),) if contract.observed_on else ()
    return (Column(contract.id, "category"), *dated)


def recorded(contract: Contract) -> Column:
    """The column that says who left: a label, or the day."""
    outcome = contract.outcome
    if outcome.left_on:
        return Column(outcome.left_on, "date", missing=1)
    return Column(outcome.column, "category", missing=1)


def check(layout: Layout, names: Sequence[str], source: str) -> None:
    """Raises Refusal that names missing, added and probably renamed columns. Their order is free."""
    wanted = [c.name for c in layout.columns]
    missing = [name for name in wanted if name not in names]
    added = [] if layout.others else [n for n in names if n not in wanted and n not in layout.ignored]
    twice = sorted({n for n in names if names.count(n) > 1})
    if missing or added or twice:
        raise Refusal(f"{source}: columns differ from the contract: {_differences(missing, added, twice)}")


def _differences(missing: list[str], added: list[str], twice: list[str]) -> str:
    renamed = _renamed(missing, added)
    told = [f"{old!r} is missing, probably renamed to {new!r}" for old, new in renamed.items()]
    told += [f"{name!r} is missing" for name in missing if name not in renamed]
    told += [f"{name!r} is not in the contract" for name in added if name not in renamed.values()]
    told += [f"{name!r} stands twice" for name in twice]
    return f"{'; '.join(told)}. {_advice(missing, added)}"


def _advice(missing: list[str], added: list[str]) -> str:
    if missing:
        return "Mend the file, or name the columns as they are now in data/contract.yaml"
    if added:
        return f"Add to data/contract.yaml what is new, for example `{added[0]}: {{kind: category, use: ignore}}`"
    return "Mend the file"


def _renamed(missing: list[str], added: list[str]) -> dict[str, str]:
    """Likely pairs of an old and a new name: alike in spelling, or the only ones of their side."""
    pairs, free = {}, list(added)
    for name in missing:
        for new in difflib.get_close_matches(name, free, n=1, cutoff=0.6):
            pairs[name] = new
            free.remove(new)
    left = [name for name in missing if name not in pairs]
    return pairs | ({left[0]: free[0]} if len(left) == len(free) == 1 else {})
