"""IBM's Telco sample as a team's own training rows; the project does not hold it."""

from pathlib import Path

import numpy as np
import pandas

from mainstay.rows.contract import OUTCOME, Column, Contract, Outcome
from mainstay.rows.matrix import matrix
from mainstay.rows.side import in_test

TELCO = Path(__file__).parents[2] / "../shared/data/telco.csv"
NUMBERS = {"tenure": "integer", "MonthlyCharges": "number", "TotalCharges": "number"}


def telco():
    """All rows as contract values, the contract, and the matrix [rows, features]."""
    frame = pandas.read_csv(TELCO, dtype=str)
    frame[OUTCOME] = (frame.pop("Churn") == "Yes").astype(np.int8)
    for name in NUMBERS:
        frame[name] = pandas.to_numeric(frame[name], errors="coerce")
    columns = tuple(column(frame, name) for name in frame.columns if name not in ("customerID", OUTCOME))
    outcome = Outcome("Churn", None, "Yes", "No", None, 0, 0)
    contract = Contract("customerID", None, outcome, (" ",), None, columns)
    return frame, contract, matrix(frame, contract)


def column(frame, name):
    if name in NUMBERS:
        return Column(name, NUMBERS[name], min=0.0, missing=0.05)
    return Column(name, "category", values=tuple(sorted(frame[name].unique())))


def training_side(frame, salt):
    return np.array([not in_test(customer, salt, 0.2) for customer in frame["customerID"]])
