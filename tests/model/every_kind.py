"""A contract with a column of every kind, and rows that Hypothesis draws of it."""

import datetime

from ensembles import contract
from hypothesis import strategies as st

from mainstay.rows.contract import Column

CONTRACT = contract(
    Column("plan", "category", values=("a", "b"), missing=1.0),
    Column("auto", "boolean", missing=1.0),
    Column("since", "date", missing=1.0),
    Column("months", "integer", missing=1.0),
    Column("charge", "number", missing=1.0),
    observed_on="day",
)
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2030, 1, 1))
ROWS = st.fixed_dictionaries(
    {
        "day": DAYS,
        "plan": st.none() | st.sampled_from(["a", "b", "new", ""]),
        "auto": st.none() | st.booleans(),
        "since": st.none() | DAYS,
        "months": st.none() | st.integers(-5, 5) | st.integers(-(2**53) + 1, 2**53 - 1),
        "charge": st.none() | st.integers(-3, 3).map(float) | st.floats(-1e30, 1e30),
    }
)
