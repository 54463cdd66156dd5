"""Which features a model leans on: what is lost when one is shuffled, and how far it moves scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from mainstay.evidence.measures import log_loss, roc_auc
from mainstay.evidence.tally import tally

Score = Callable[[np.ndarray], np.ndarray]


def importance(
    names: Sequence[str],
    X: np.ndarray,
    outcome: np.ndarray,
    score: Score,
    contributions: np.ndarray,
    permutations: int,
    seed: int,
) -> list[dict[str, object]]:
    """A row a feature, the one that moves scores most first.

    `roc_auc_drop` and `log_loss_rise` are means over shuffles of the column in X [rows, features] (Breiman 2001);
    `mean_contribution` is the mean absolute contribution on the log-odds scale, from `contributions`, shaped as X.
    """
    whole = tally(outcome, score(X))
    moved = np.abs(contributions).mean(axis=0)
    rows = []
    for j, name in enumerate(names):
        random = np.random.default_rng([seed, j])
        shuffled = [tally(outcome, score(_shuffled(X, j, random))) for _ in range(permutations)]
        drop = float(np.mean([roc_auc(whole) - roc_auc(t) for t in shuffled]))
        rise = float(np.mean([log_loss(t) - log_loss(whole) for t in shuffled]))
        rows.append(
            {"feature": name, "roc_auc_drop": drop, "log_loss_rise": rise, "mean_contribution": float(moved[j])}
        )
    return sorted(rows, key=lambda row: (-row["mean_contribution"], row["feature"]))


def _shuffled(X: np.ndarray, j: int, random: np.random.Generator) -> np.ndarray:
    shuffled = X.copy()
    shuffled[:, j] = random.permutation(X[:, j])
    return shuffled
