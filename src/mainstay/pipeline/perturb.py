"""Changed copies of a table, made from what the contract says of its columns. The rows given are never altered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas

from mainstay.rows.contract import Column, Contract

NEVER_SEEN = "(never seen)"
"""A category value that no contract lists."""


def numbers(contract: Contract) -> tuple[Column, ...]:
    """The features that a number can be added to."""
    return tuple(c for c in contract.features if c.kind in ("integer", "number"))


def categories(contract: Contract) -> tuple[Column, ...]:
    """The features with listed values."""
    return tuple(c for c in contract.features if c.kind == "category")


def spread(frame: pandas.DataFrame, column: Column) -> float:
    """Standard deviation of the values there are; 0 where there are fewer than two or they are all alike."""
    values = _floats(frame, column)
    values = values[np.isfinite(values)]
    return float(values.std()) if len(values) > 1 else 0.0


def shuffled(frame: pandas.DataFrame, names: Sequence[str], random: np.random.Generator) -> pandas.DataFrame:
    """Each named column's values in another order."""
    return frame.assign(**{name: frame[name].to_numpy()[random.permutation(len(frame))] for name in names})


def renamed(frame: pandas.DataFrame, contract: Contract) -> pandas.DataFrame:
    """Every customer under another id."""
    return frame.assign(**{contract.id: [f"another-{n}" for n in range(len(frame))]})


def shifted(frame: pandas.DataFrame, column: Column, by: float | np.ndarray) -> pandas.DataFrame:
    """The column moved `by`, a number or one a row, within its range; whole where it holds whole numbers."""
    moved = _floats(frame, column) + (np.round(by) if column.kind == "integer" else by)
    return frame.assign(**{column.name: np.clip(moved, column.lower, column.upper)})


def noisy(frame: pandas.DataFrame, contract: Contract, share: float, random: np.random.Generator) -> pandas.DataFrame:
    """Every number moved by normal noise of `share` of its spread."""
    for column in numbers(contract):
        noise = random.normal(0, share * spread(frame, column), len(frame))
        frame = shifted(frame, column, noise)
    return frame


def blanked(frame: pandas.DataFrame, contract: Contract, share: float, random: np.random.Generator) -> pandas.DataFrame:
    """`share` of every feature's values missing, drawn at random."""
    gone = {c.name: random.random(len(frame)) < share for c in contract.features}
    return frame.assign(**{name: frame[name].astype(object).mask(rows, None) for name, rows in gone.items()})


def unseen(frame: pandas.DataFrame, column: Column) -> pandas.DataFrame:
    """Every value of a category column one that was never seen."""
    return frame.assign(**{column.name: NEVER_SEEN})


def extremes(frame: pandas.DataFrame, contract: Contract) -> Iterator[tuple[str, pandas.DataFrame]]:
    """What was changed, and the table: numbers at the ends of their ranges, one and all; all features missing."""
    ends = {
        "lowest": {c.name: c.lower for c in numbers(contract)},
        "highest": {c.name: c.upper for c in numbers(contract)},
    }
    for end, values in ends.items():
        for name, value in values.items():
            yield f"{name} at its {end}", frame.assign(**{name: float(value)})
        yield f"all numbers at their {end}", frame.assign(**{n: float(v) for n, v in values.items()})
    nothing = pandas.Series([None] * len(frame), dtype=object, index=frame.index)
    yield "all features missing", frame.assign(**{c.name: nothing for c in contract.features})


def mappings(frame: pandas.DataFrame, names: Sequence[str]) -> list[dict[str, object]]:
    """Each row as a server gets it: Python's own values by name, None where missing."""
    columns = {name: [_plain(value) for value in frame[name].astype(object)] for name in names}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: object) -> object:
    if pandas.isna(value):
        return None
    return value.date() if isinstance(value, pandas.Timestamp) else value


def _floats(frame: pandas.DataFrame, column: Column) -> np.ndarray:
    return frame[column.name].to_numpy(dtype=np.float64, na_value=np.nan)
