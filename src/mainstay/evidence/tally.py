"""Tally: how many left and how many stayed at each score. All that a measure of a scored table needs to know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tally:
    """Leavers and stayers at each distinct score, highest score first; ties share one place.

    `score` is float64 [places]; `positives` and `negatives` are float64 [..., places], where leading axes,
    if any, are resamples of the same table. Every measure works along the last axis.
    """

    score: np.ndarray
    positives: np.ndarray
    negatives: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """Customers at each score."""
        return self.positives + self.negatives

    @property
    def leavers(self) -> np.ndarray:
        return self.positives.sum(axis=-1)

    @property
    def stayers(self) -> np.ndarray:
        return self.negatives.sum(axis=-1)

    @property
    def total(self) -> np.ndarray:
        return self.leavers + self.stayers


@dataclass(frozen=True)
class Places:
    """Where each row of a scored table stands: `order` sorts rows by falling score, `starts` begins each tie."""

    score: np.ndarray
    order: np.ndarray
    starts: np.ndarray


def places(score: np.ndarray) -> Places:
    """Rows sorted by falling score; rows of one score stay in their own order and share a place."""
    score = np.asarray(score, dtype=np.float64)
    order = np.argsort(-score, kind="stable")
    falling = score[order]
    starts = np.flatnonzero(np.r_[True, falling[1:] != falling[:-1]])
    return Places(falling[starts], order, starts)


def tally(outcome: np.ndarray, score: np.ndarray) -> Tally:
    """Count a table: `outcome` 0 or 1 and `score` a probability, both [rows]. NaN or an empty table is a ValueError."""
    outcome, score = np.asarray(outcome, dtype=np.float64), np.asarray(score, dtype=np.float64)
    if not len(score) or outcome.shape != score.shape:
        raise ValueError(f"saw {outcome.shape} outcomes and {score.shape} scores; wanted as many of both, at least one")
    if not (np.isfinite(score).all() and np.isin(outcome, (0, 1)).all()):
        raise ValueError("wanted outcomes of 0 or 1 and finite scores")
    return weighted(outcome, places(score), np.ones(len(score)))


def weighted(outcome: np.ndarray, at: Places, weight: np.ndarray) -> Tally:
    """The tally where each row counts `weight` times; `weight` is [..., rows], its leading axes are resamples."""
    weight = weight[..., at.order]
    leaving = weight * outcome[at.order]
    return Tally(at.score, _by_place(leaving, at), _by_place(weight - leaving, at))


def _by_place(counts: np.ndarray, at: Places) -> np.ndarray:
    if len(at.starts) == counts.shape[-1]:
        return counts
    return np.add.reduceat(counts, at.starts, axis=-1)
