"""A matrix of rows -> what each feature added to the score, by path attribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.model.read_trees import Leaves
from mainstay.model.scorer import Bins, chunks, forest, leaf_number
from mainstay.model.tables import Tables
from mainstay.model.trees import Ensemble


@dataclass(frozen=True)
class Reasons:
    """Contributions on the log-odds scale: log-odds = base + their sum."""

    tables: Tables
    base: float
    steps: tuple[np.ndarray | None, ...]  # float64, by bin
    forest: np.ndarray  # float64 [T, L, F]

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """float32 [n, F] of a float32 matrix [n, F]."""
        found = np.empty(X.shape, dtype=np.float32)
        for rows, bins in chunks(self.tables, X):
            found[rows] = self.of_bins(bins, rows.stop - rows.start)
        return found

    def of_bins(self, bins: Bins, n: int) -> np.ndarray:
        """float64 [n, F] of rows of which the bins are known."""
        total = np.zeros((n, len(self.steps)))
        for feature, (steps, own) in enumerate(zip(self.steps, bins, strict=True)):
            if steps is not None:
                total[:, feature] = own.taken(steps)
        for rows, words in forest(self.tables, bins, n):
            for tree, leaf in zip(self.forest, leaf_number(words).T, strict=True):
                total[rows] += tree.take(leaf, axis=0)
        return total


def reasons(tables: Tables, ensemble: Ensemble, leaves: Leaves) -> Reasons:
    """The tables of reasons that belong to the tables of scores."""
    steps: list[np.ndarray | None] = [None] * ensemble.n_features
    for step in tables.step_trees:
        own = ensemble.trees[step.tree].value[step.leaf] - leaves.roots[step.tree]
        steps[step.feature] = own if steps[step.feature] is None else steps[step.feature] + own
    asked = [*tables.forest, *(step.tree for step in tables.step_trees)]
    base = tables.base + float(leaves.roots[asked].sum())
    return Reasons(tables, base, tuple(steps), _forest(tables, ensemble, leaves))


def _forest(tables: Tables, ensemble: Ensemble, leaves: Leaves) -> np.ndarray:
    table = np.zeros((*tables.leaves.shape, ensemble.n_features))
    row = np.full(len(ensemble.trees), -1)
    row[list(tables.forest)] = np.arange(len(tables.forest))
    number = {i: {int(node): n for n, node in enumerate(ensemble.trees[i].leaves)} for i in tables.forest}
    own = np.flatnonzero(row[leaves.tree] >= 0)
    for entry in own:
        tree = int(leaves.tree[entry])
        table[row[tree], number[tree][int(leaves.node[entry])], leaves.feature[entry]] = leaves.value[entry]
    return table
