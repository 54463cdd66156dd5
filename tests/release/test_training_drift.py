import datetime

import numpy as np
import pandas as pd

from mainstay.release.missing import Missing
from mainstay.release.training_drift import compared
from mainstay.rows.contract import Column, Contract, Outcome

COLUMNS = (
    Column("tenure", "integer"),
    Column("plan", "category", values=("a", "b")),
    Column("seen_on", "date"),
    Column("note", "category", "ignore", values=("x",)),
)
CONTRACT = Contract("id", "day", Outcome("y", None, "1", "0", None, 30, 0), (), None, COLUMNS)


def rows(day=datetime.date(2024, 1, 1), plan="ab", tenure=0, n=1000):
    return pd.DataFrame(
        {
            "day": [day] * n,
            "tenure": np.arange(n) % 50 + tenure,
            "plan": [plan[i % len(plan)] for i in range(n)],
            "seen_on": [day - datetime.timedelta(days=i % 9) for i in range(n)],
        }
    )


def test_equal_tables_have_not_drifted():
    found = compared(rows(), rows(), CONTRACT, "these")
    assert [d.column for d in found.columns] == ["plan", "seen_on", "tenure"]
    assert not found.notable and not found.lost


def test_a_column_that_moved_is_notable_and_comes_first():
    found = compared(rows(), rows(tenure=30), CONTRACT, "these")
    assert [d.column for d in found.notable] == ["tenure"]
    assert found.columns[0].column == "tenure"


def test_a_later_month_is_no_drift_of_a_date():
    found = compared(rows(), rows(day=datetime.date(2024, 6, 1)), CONTRACT, "these")
    assert not found.notable


def test_a_column_that_a_side_lacks_is_named_and_the_rest_compared():
    found = compared(rows().drop(columns="plan"), rows(), CONTRACT, "these")
    assert found.lost == ("plan",)
    assert len(found.columns) == 2


def test_tables_without_a_common_column_or_a_row_cannot_be_compared():
    assert isinstance(compared(pd.DataFrame({"x": [1]}), rows(), CONTRACT, "these"), Missing)
    assert isinstance(compared(rows(), rows(n=0), CONTRACT, "these"), Missing)
