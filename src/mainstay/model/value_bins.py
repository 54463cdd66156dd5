"""In which bin of a feature a contract value falls: what the scorer of a single row looks up in place of encoding."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from mainstay.rows.contract import UNSEEN, Column, Contract

MAX_LISTED = 2048
"""An integer of a range so wide at most is looked up by its value, which is quicker than among edges."""


def is_listed(column: Column) -> bool:
    """Whether its values are few enough to be looked up each by itself."""
    return column.kind in ("category", "boolean") or (
        column.kind == "integer" and column.upper - column.lower <= MAX_LISTED
    )


def bins_of_values(column: Column, contract: Contract, edges: np.ndarray) -> dict[object, int]:
    """The bin of each value of a column that is listed, and of None."""
    codes = _codes(column, contract)
    found = np.searchsorted(edges, np.array([*codes.values()], dtype=np.float32)).tolist()
    return {**dict(zip(codes, found, strict=True)), None: edges.size + 1}


def bin_of_unseen(edges: np.ndarray) -> int:
    """The bin of a category that the contract does not list."""
    return int(np.searchsorted(edges, np.float32(UNSEEN)))


def double_edges(edges: np.ndarray) -> list[float]:
    """For each float32 edge the biggest double that rounds to it, so that a double needs no rounding before it is
    compared: a tie between two float32 goes to the even one.
    """
    bits = edges.view(np.int32)
    with np.errstate(over="ignore"):
        above = np.nextafter(edges, np.float32(np.inf)).astype(np.float64)
    below = edges.astype(np.float64)
    above[np.isinf(above)] = 2.0**128
    middle = (below + above) / 2
    return np.where(bits % 2 == 0, middle, np.nextafter(middle, -np.inf)).tolist()


def _codes(column: Column, contract: Contract) -> Mapping[object, float]:
    if column.kind == "category":
        return contract.codes[column.name]
    values = range(math.ceil(column.lower), math.floor(column.upper) + 1) if column.kind == "integer" else (False, True)
    return {value: float(value) for value in values}
