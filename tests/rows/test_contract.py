import datetime

import pytest

from mainstay.rows.contract import Column, Contract, Fault, Outcome

TODAY = datetime.date(2024, 5, 1)
CONTRACT = Contract(
    id="id",
    observed_on="day",
    outcome=Outcome("churned", None, "1", "0", None, 30, 0),
    blanks=(),
    treated=None,
    columns=(Column("called_on", "date", missing=1), Column("paid_on", "date", missing=1)),
)


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_date_on_or_before_the_observation_date_is_no_fault(days):
    row = {"id": "C1", "day": TODAY, "called_on": TODAY - datetime.timedelta(days=days)}
    assert CONTRACT.faults(row) == []
    assert CONTRACT.encode(row)[0] == days


def test_each_date_after_the_observation_date_is_a_fault_as_in_a_table():
    row = {"day": TODAY, "called_on": TODAY + datetime.timedelta(days=1), "paid_on": TODAY}
    assert CONTRACT.faults(row) == [Fault("called_on", "is after the observation date")]


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ({}, "is missing, wanted a date"),
        ({"day": None}, "is missing, wanted a date"),
        ({"day": "2024-05-01"}, "is text, wanted a date"),
        ({"day": datetime.datetime(2024, 5, 1)}, "is datetime, wanted a date"),
    ],
)
def test_without_an_observation_date_the_days_to_another_cannot_be_counted(day, reason):
    assert CONTRACT.faults(day | {"called_on": TODAY}) == [Fault("day", reason)]


def test_without_any_date_no_observation_date_is_needed():
    assert CONTRACT.faults({"id": "C1"}) == []


def test_a_moment_is_no_day():
    row = {"day": TODAY, "called_on": datetime.datetime(2024, 4, 1, 12)}
    assert CONTRACT.faults(row) == [Fault("called_on", "is datetime, wanted a date")]
