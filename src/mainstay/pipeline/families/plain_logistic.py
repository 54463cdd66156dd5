"""Plain one-hot logistic regression: the yardstick. Never shipped; a model that is not above it earns nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from mainstay.rows.contract import Column


@dataclass(frozen=True)
class FittedPlainLogistic:
    """Numbers standardised, missing ones at the median; categories one-hot, missing being one of them."""

    pipeline: Pipeline

    def log_odds(self, X: np.ndarray) -> np.ndarray:
        """Float64 [n] of a float32 matrix [n, features]."""
        return self.pipeline.decision_function(X)


def fit(X: np.ndarray, y: np.ndarray, columns: tuple[Column, ...]) -> FittedPlainLogistic:
    """The yardstick, with scikit-learn's defaults; X float32 [n, features], y 0 or 1 [n]."""
    categories = [j for j, column in enumerate(columns) if column.kind == "category"]
    numbers = [j for j in range(len(columns)) if j not in categories]
    inputs = ColumnTransformer(
        [
            (
                "numbers",
                make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()),
                numbers,
            ),
            ("categories", OneHotEncoder(handle_unknown="ignore"), categories),
        ]
    )
    return FittedPlainLogistic(make_pipeline(inputs, LogisticRegression(max_iter=1000)).fit(X.astype(np.float64), y))
