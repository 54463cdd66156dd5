"""Golden rows: a few rows with the scores that the released model gives them, signed, and replayed by every server.

Each is put together from several customers' values, for a tag can never be taken back, and so must hold nobody's row.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np

from mainstay.model.file import Model
from mainstay.refusal import Refusal
from mainstay.rows.contract import Contract
from mainstay.trust.manifest import Golden

if TYPE_CHECKING:
    import pandas

SEED = 7
TRIED = 50
"""Rows put together for each one that is kept."""


def golden(model: Model, frame: pandas.DataFrame, count: int, source: object) -> list[Golden]:
    """`count` rows spread over the scores, of a table of contract values. Raises Refusal where none can be made."""
    columns = _columns(model.contract, frame)
    random = np.random.default_rng(SEED)
    rows = [_mixed(columns, frame, random) for _ in range(count * TRIED)] if len(frame) else []
    sound = {repr(row): row for row in rows if not model.contract.faults(row)}.values()
    scored = sorted(((model.score_one(row), row) for row in sound), key=lambda found: (found[0], repr(found[1])))
    if not scored:
        raise Refusal(
            f"{source}: no golden row can be made of its {len(frame)} rows; wanted rows that keep the contract"
        )
    places = np.unique(np.linspace(0, len(scored) - 1, count).round().astype(int))
    return [Golden(row=_plain(scored[i][1]), score=float(scored[i][0])) for i in places]


def _columns(contract: Contract, frame: pandas.DataFrame) -> list[list[str]]:
    """Columns that are to come from one customer: the days together, for one is judged by the other."""
    days = [c.name for c in contract.features if c.kind == "date"]
    if contract.observed_on:
        days.append(contract.observed_on)
    others = [[c.name] for c in contract.features if c.name not in days]
    return [[name for name in group if name in frame] for group in (days, *others)]


def _mixed(columns: list[list[str]], frame: pandas.DataFrame, random: np.random.Generator) -> dict[str, object]:
    found: dict[str, object] = {}
    for group in columns:
        at = int(random.integers(len(frame)))
        found |= {name: _value(frame[name].iloc[at]) for name in group}
    return found


def _value(value: object) -> object:
    """A cell as a plain value; missing is None."""
    own = value.item() if hasattr(value, "item") else value
    if own is None or own != own or type(own).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(own, datetime.datetime):
        return own.date()
    return own


def _plain(row: dict[str, object]) -> dict[str, object]:
    """JSON has no dates."""
    return {name: v.isoformat() if isinstance(v, datetime.date) else v for name, v in sorted(row.items())}
