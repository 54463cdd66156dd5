import numpy as np
import pandas as pd
import pytest
from tiny import CONTRACT, rows

from mainstay.refusal import Refusal
from mainstay.rows.contract import Contract
from mainstay.rows.judged import judged

UNDATED = Contract(CONTRACT.id, None, CONTRACT.outcome, (), None, CONTRACT.columns)


def table(treated, churned):
    n = len(churned)
    return rows(n).assign(treated=pd.Series(treated, dtype="object"), churned=pd.Series(churned, dtype="Int8"))


def test_treated_rows_are_left_out_and_it_is_said():
    found = judged(table([False, True, False, True], [1, 1, 0, 0]), CONTRACT, "test.parquet")
    assert found.outcome.tolist() == [1, 0] and len(found.frame) == len(found.customer) == 2
    assert found.on == "the untreated and the hold-out (2 treated rows left out)"


def test_rows_of_which_it_is_not_known_whether_they_were_treated_are_left_out():
    assert judged(table([False, None, False], [1, 1, 0]), CONTRACT, "test.parquet").outcome.tolist() == [1, 0]


def test_without_offers_all_rows_are_judged():
    frame = table([True, True], [1, 0]).drop(columns="treated")
    found = judged(frame, UNDATED, "test.parquet")
    assert len(found.frame) == 2 and found.on == "all rows"
    assert found.customer.dtype.kind == "U" and found.outcome.dtype == np.float64


@pytest.mark.parametrize(
    ("churned", "said"),
    [
        ([0, 0, 0], "0 leavers among 3"),
        ([1, 1, 1], "3 leavers among 3"),
        ([], "0 leavers among 0"),
        ([1, None, 0], "1 of 3 rows have no outcome"),
    ],
)
def test_rows_that_cannot_tell_leavers_from_stayers_are_refused(churned, said):
    with pytest.raises(Refusal, match=said) as refused:
        judged(table([False] * len(churned), churned), CONTRACT, "data/test.parquet")
    assert "data/test.parquet" in str(refused.value)
