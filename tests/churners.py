"""A few hundred customers of all kinds, with a known reason to leave; a matrix, without a table."""

import numpy as np
from scipy.special import expit

from mainstay.params import Blend, Boosting, Folds, Logistic, Train
from mainstay.rows.contract import Column

COLUMNS = (
    Column("tenure", "integer", missing=0.1),
    Column("charge", "number", missing=0.1),
    Column("plan", "category", values=("monthly", "yearly", "never sold")),
    Column("autopay", "boolean"),
    Column("noise", "number"),
)


def settings(**changed):
    """Small ones, for small tables."""
    boosting = Boosting(learning_rate=0.1, max_leaf_nodes=8, max_iter=20, max_features=1.0, min_samples_leaf=5, l2=1.0)
    small = {
        "seed": 7,
        "model": "auto",
        "treated": "exclude",
        "folds": Folds(undated=5, dated=3),
        "logistic": Logistic(bins=16, hinges=3, l2=0.1),
        "boosting": boosting,
        "blend": Blend(boosting_weight=0.5),
    }
    return Train(**small | changed)


def churners(n=600, seed=5):
    """X float32 [n, 5] and y [n]: the young and the dear leave, more so where both; 5% of charges are missing."""
    random = np.random.default_rng(seed)
    tenure, charge = random.integers(0, 73, n), random.normal(60, 25, n).astype(np.float32)
    plan, autopay, noise = random.integers(0, 2, n), random.integers(0, 2, n), random.normal(size=n)
    log_odds = 1.5 - tenure / 15 + (charge - 60) / 25 - 1.2 * plan - 0.5 * autopay
    X = np.column_stack([tenure, charge, plan, autopay, noise]).astype(np.float32)
    X[random.random(n) < 0.05, 1] = np.nan
    return X, (random.random(n) < expit(log_odds)).astype(np.int8)
