"""Folds for cross-validation: no customer on both sides, or, where rows are dated, no look into the future."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Fold:
    """Indices of rows: to train on, and to test on. Both ascending."""

    train: np.ndarray
    test: np.ndarray


def by_customer(ids: np.ndarray, y: np.ndarray, folds: int, seed: int) -> list[Fold]:
    """Every row is tested once. A customer's fold follows from a keyed hash of the id, not from the order of rows.

    Leavers and stayers are dealt out separately, so that each fold has its share of both.
    """
    customers, row_of = np.unique(ids.astype(str), return_inverse=True)
    left = np.zeros(len(customers), dtype=bool)
    np.logical_or.at(left, row_of, y > 0)
    fold_of = np.empty(len(customers), dtype=np.intp)
    for group in (np.flatnonzero(left), np.flatnonzero(~left)):
        fold_of[group[np.argsort(_hashes(customers[group], seed), kind="stable")]] = np.arange(len(group)) % folds
    fold = fold_of[row_of]
    return [Fold(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(folds)]


def by_time(dates: np.ndarray, folds: int, known_after_days: int) -> list[Fold]:
    """Expanding window over datetime64[D] [n]: test on a block of dates, train on what was known on its first day.

    A row is known `known_after_days` (lead time and horizon) after its date. The dates are cut in `folds` + 1
    blocks, the first of which is only trained on; a fold without training rows is left out.
    """
    days = np.unique(dates)
    known_on = dates + np.timedelta64(known_after_days, "D")
    blocks = [block for block in np.array_split(days, folds + 1)[1:] if len(block)]
    made = [
        Fold(np.flatnonzero(known_on <= block[0]), np.flatnonzero((dates >= block[0]) & (dates <= block[-1])))
        for block in blocks
    ]
    return [fold for fold in made if len(fold.train)]


def _hashes(ids: Iterable[str], seed: int) -> np.ndarray:
    """64-bit hashes, keyed by the seed."""
    key = str(seed).encode()
    digests = b"".join(hashlib.blake2b(i.encode(), key=key, digest_size=8).digest() for i in ids)
    return np.frombuffer(digests, dtype=">u8")
