"""A small business: its contract, rows with a known pattern, and a model of them as a file."""

import datetime

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from mainstay.model.export import to_onnx
from mainstay.model.file import Model
from mainstay.model.from_boosting import from_boosting
from mainstay.rows.contract import Column, Contract, Outcome, Treated
from mainstay.rows.matrix import matrix

CONTRACT = Contract(
    id="customer_id",
    observed_on="observed_on",
    outcome=Outcome("churned", None, "1", "0", None, 30, 0),
    blanks=("",),
    treated=Treated("treated", 0.1),
    columns=(
        Column("tenure_months", "integer", min=0, max=600, expect="decreases"),
        Column("charge", "number", min=0, max=1000, missing=0.2, expect="increases"),
        Column("plan", "category", use="both", values=("monthly", "yearly"), missing=0.2),
        Column("auto_pay", "boolean"),
        Column("renewed_on", "date", missing=1.0),
        Column("gender", "category", use="slice", values=("female", "male"), missing=0.2),
    ),
)
FIRST = datetime.date(2024, 1, 1)


def rows(n=1200, seed=1, strength=1.0):
    """Contract values as they stand in a valid table; four rows a customer. Tenure lowers churn, charge raises it."""
    random = np.random.default_rng(seed)
    tenure, charge = random.integers(0, 60, n), random.gamma(4, 15, n)
    monthly, auto_pay = random.random(n) < 0.6, random.random(n) < 0.5
    log_odds = strength * (-0.06 * (tenure - 20) + 0.03 * (charge - 60) + 1.2 * monthly - 0.8 * auto_pay - 1)
    gone = random.random(n) < 0.1
    days = random.integers(0, 900, n)
    return pd.DataFrame(
        {
            "customer_id": [f"C{i // 4:05d}" for i in range(n)],
            "observed_on": [FIRST] * n,
            "tenure_months": tenure,
            "charge": np.where(gone, np.nan, charge.round(2)),
            "plan": pd.Series(
                np.where(random.random(n) < 0.05, None, np.where(monthly, "monthly", "yearly")), dtype="str"
            ),
            "auto_pay": auto_pay,
            "renewed_on": [None if d % 3 == 0 else FIRST - datetime.timedelta(days=int(d)) for d in days],
            "gender": pd.Series(random.choice(["female", "male", None], n, p=[0.5, 0.45, 0.05]), dtype="str"),
            "treated": random.random(n) < 0.1,
            "churned": (random.random(n) < 1 / (1 + np.exp(-log_odds))).astype("int8"),
        }
    )


def model_bytes(frame, contract=CONTRACT, **about):
    """A small boosting model of the rows, exported."""
    boosting = HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=6, early_stopping=False, random_state=1)
    X = matrix(frame, contract)
    ensemble = from_boosting(boosting.fit(X, frame["churned"]))
    return to_onnx(ensemble, contract, {"operating_point": 0.6} | about)


def model(frame, contract=CONTRACT, **about):
    return Model.from_bytes(model_bytes(frame, contract, **about))
