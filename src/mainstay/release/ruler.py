"""The ruler: what a verdict is measured by. A branch that changes it must not be judged as if it had not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from mainstay.params import Gate, Profit, Split, Stress, Validate
from mainstay.params.section import Section
from mainstay.rows import contract_file
from mainstay.rows.contract import OUTCOME, Contract

if TYPE_CHECKING:
    import pandas

SECTIONS = ("split", "gate", "profit", "validate", "stress")
"""Of params.yaml. The last two set what the verdicts that the gate reads let through."""


@dataclass(frozen=True)
class Ruler:
    """What a side measures by; a field is None where that side's file does not fit this code."""

    contract: Contract | None
    split: Split | None
    gate: Gate | None
    profit: Profit | None
    validate: Validate | None
    stress: Stress | None


@dataclass(frozen=True)
class Change:
    """One part of the ruler that a branch changed, and how."""

    part: str
    sentence: str


def changes(base: Ruler, head: Ruler) -> list[Change]:
    """What differs between the two sides' files."""
    found = [Change("contract", text) for text in _contract(base.contract, head.contract)]
    for section in SECTIONS:
        before, after = getattr(base, section), getattr(head, section)
        if before != after:
            found.append(Change(section, f"{section}: " + "; ".join(_section(before, after))))
    return found


def outcomes(base: pandas.DataFrame, head: pandas.DataFrame, keys: list[str], whole: bool) -> list[Change]:
    """Whether rows that the base judges by have another outcome at the head, or are gone.

    `head` holds rows by the same keys. Only where it is the `whole` table can a row be told to be gone.
    """
    absent = [name for name in (*keys, OUTCOME) if name not in head.columns or name not in base.columns]
    if absent:
        return [Change("outcomes", f"outcomes: cannot be compared, a side has no column {', '.join(absent)}")]
    left, right = base[[*keys, OUTCOME]], head[[*keys, OUTCOME]].drop_duplicates(keys)
    met = left.merge(right, on=keys, how="left", suffixes=("_base", "_head"), indicator=True)
    here = met["_merge"] == "both"
    same = met[f"{OUTCOME}_base"].astype("Float64").eq(met[f"{OUTCOME}_head"].astype("Float64")).fillna(False)
    changed, gone = int((here & ~same).sum()), int((~here).sum()) if whole else 0
    said = [f"{changed} have another outcome"] * bool(changed) + [f"{gone} are gone"] * bool(gone)
    return [Change("outcomes", f"outcomes: of {len(base)} test rows of the base {' and '.join(said)}")] if said else []


def model_format(champion: int | None, candidate: int | None) -> list[Change]:
    """Whether the two files are of one format."""
    if champion == candidate:
        return []
    return [Change("model format", f"model format: the champion's is {champion}, the candidate's {candidate}")]


def _contract(base: Contract | None, head: Contract | None) -> Iterator[str]:
    if base == head:
        return
    if base is None or head is None:
        yield "contract: that of one side cannot be read"
        return
    old, new = ({c.name: c for c in side.columns} for side in (base, head))
    parts = {
        "added": [n for n in new if n not in old],
        "removed": [n for n in old if n not in new],
        "changed": [n for n in old if n in new and old[n] != new[n]],
    }
    said = [f"columns {what}: {', '.join(names)}" for what, names in parts.items() if names]
    before, after = contract_file.to_dict(base), contract_file.to_dict(head)
    said += [f"{key} {before[key]} -> {after[key]}" for key in before if key != "columns" and before[key] != after[key]]
    yield "contract: " + ("; ".join(said) or "columns in another order")


def _section(before: Section | None, after: Section | None) -> Iterator[str]:
    if before is None or after is None:
        yield "that of one side is missing or cannot be read by this code"
        return
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    yield from (f"{key} {old[key]} -> {new[key]}" for key in old if old[key] != new[key])
