import datetime

import pandas as pd
from tiny import CONTRACT, rows

from mainstay.replay.asking import as_json


def test_rows_are_sent_as_the_contract_has_them_and_nothing_else():
    frame = rows(8).assign(unknown_to_the_contract=1)
    for sent, (_, row) in zip(as_json(frame, CONTRACT), frame.iterrows(), strict=True):
        assert set(sent) <= {"customer_id", "observed_on", *(c.name for c in CONTRACT.used)}
        assert sent["customer_id"] == row["customer_id"] and sent["observed_on"] == "2024-01-01"
        assert type(sent["tenure_months"]) is int and type(sent["auto_pay"]) is bool


def test_what_is_missing_is_left_out():
    frame = rows(4)
    frame["charge"], frame["plan"], frame["renewed_on"] = float("nan"), None, None
    frame["tenure_months"] = pd.array([1, 2, 3, None], dtype="Int64")
    sent = as_json(frame, CONTRACT)
    assert all({"charge", "plan", "renewed_on"}.isdisjoint(row) for row in sent)
    assert [row.get("tenure_months") for row in sent] == [1, 2, 3, None]


def test_whole_numbers_that_gaps_made_floats_are_whole_again():
    frame = rows(2).assign(tenure_months=[3.0, 4.0], renewed_on=[datetime.date(2023, 5, 1), None])
    sent = as_json(frame, CONTRACT)
    assert [row["tenure_months"] for row in sent] == [3, 4] and type(sent[0]["tenure_months"]) is int
    assert [row.get("renewed_on") for row in sent] == ["2023-05-01", None]
