"""Logistic regression on steps with bends: additive, so it becomes one small tree a feature, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from mainstay.model.from_steps import Steps, category_steps, step_tree
from mainstay.model.trees import Ensemble, Tree
from mainstay.params import Train
from mainstay.pipeline.families.steps import Cut, cut, design
from mainstay.rows.contract import Column

DIGITS = 9
"""Decimals that coefficients keep. Their last bits follow from the BLAS kernel, and so must not be shipped."""


@dataclass(frozen=True)
class FittedLogistic:
    """The steps of each feature, and the regression on their terms."""

    cuts: tuple[Cut, ...]
    regression: LogisticRegression

    def log_odds(self, X: np.ndarray) -> np.ndarray:
        """Float64 [n] of a float32 matrix [n, features], by scikit-learn."""
        return self.regression.decision_function(design(self.cuts, X))

    def ensemble(self) -> Ensemble:
        """The same model as one tree a feature."""
        tables = enumerate(zip(self.cuts, self._tables(), strict=True))
        trees = tuple(_tree(feature, own, table) for feature, (own, table) in tables)
        return Ensemble(float(self.regression.intercept_[0]), trees, len(self.cuts))

    def _tables(self) -> list[np.ndarray]:
        """What each step of each feature adds to the log-odds: float64 [steps + 2] a feature."""
        ends = np.cumsum([c.terms.shape[1] for c in self.cuts])[:-1]
        parts = np.split(self.regression.coef_[0], ends)
        return [c.terms @ part for c, part in zip(self.cuts, parts, strict=True)]


def fit(X: np.ndarray, y: np.ndarray, columns: tuple[Column, ...], params: Train) -> FittedLogistic:
    """Newton's method to the optimum, so that the way there leaves no trace."""
    settings = params.logistic
    cuts = tuple(cut(X[:, j], column, settings.bins, settings.hinges) for j, column in enumerate(columns))
    terms = design(cuts, X)
    regression = _from_the_base_rate(terms.shape[1], y.mean(), settings.l2).fit(terms, y)
    regression.coef_ = np.round(regression.coef_, DIGITS)
    regression.intercept_ = np.round(regression.intercept_, DIGITS)
    return FittedLogistic(cuts, regression)


def _from_the_base_rate(terms: int, base_rate: float, l2: float) -> LogisticRegression:
    """A regression that starts where it knows the base rate only, which saves a third of the way where few leave."""
    regression = LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=1e-8, max_iter=200, warm_start=True)
    regression.coef_ = np.zeros((1, terms))
    regression.intercept_ = np.array([logit(base_rate)])
    return regression


def _tree(feature: int, own: Cut, table: np.ndarray) -> Tree:
    (*values, missing, unseen), (*counts, missing_count, _) = table.tolist(), own.counts.tolist()
    if own.edges is None:
        return step_tree(category_steps(feature, values, counts, unseen, missing, missing_count))
    return step_tree(Steps(feature, own.edges, np.array(values), np.array(counts, float), missing, missing_count))
