"""Boosted trees, small by default: on churn data big ones lose to a plain regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from mainstay.model.from_boosting import from_boosting
from mainstay.model.trees import Ensemble
from mainstay.params import Train
from mainstay.rows.contract import Column


@dataclass(frozen=True)
class FittedBoosting:
    """scikit-learn's model on the float32 matrix. Categories are ordinal codes: its native ones convert wrongly."""

    boosting: HistGradientBoostingClassifier

    def log_odds(self, X: np.ndarray) -> np.ndarray:
        """Float64 [n] of a float32 matrix [n, features], by scikit-learn."""
        return self.boosting.decision_function(X)

    def ensemble(self) -> Ensemble:
        """The same model as trees."""
        return from_boosting(self.boosting)


def fit(X: np.ndarray, y: np.ndarray, columns: tuple[Column, ...], params: Train) -> FittedBoosting:
    """Every iteration is made: stopping early would need rows of its own."""
    settings = params.boosting
    boosting = HistGradientBoostingClassifier(
        learning_rate=settings.learning_rate,
        max_leaf_nodes=settings.max_leaf_nodes,
        max_iter=settings.max_iter,
        max_features=settings.max_features,
        min_samples_leaf=settings.min_samples_leaf,
        l2_regularization=settings.l2,
        categorical_features=None,
        early_stopping=False,
        random_state=params.seed,
    )
    return FittedBoosting(boosting.fit(X, y))
