import numpy as np
import pandas
import pytest
from branches import CONTRACT

from mainstay.monitoring.joined import DAY, LABEL, joined
from mainstay.rows import contract_file
from mainstay.rows.keyed_file import Keyed

DATED = contract_file.parse(CONTRACT, "contract")
UNDATED = contract_file.parse(CONTRACT.replace("observed_on: day\n", ""), "contract")
LEFT_ON = "outcome: {left_on: gone, horizon_days: 30, lead_days: 7}"
BY_DAY = contract_file.parse(CONTRACT.replace(CONTRACT.splitlines()[3], LEFT_ON), "contract")


def hidden(ids):
    return [f"#{id}" for id in ids]


def log(*rows):
    """Rows of (customer, day, hour of scoring)."""
    customers, days, hours = zip(*rows, strict=True)
    at = pandas.to_datetime(list(days), utc=True) + pandas.to_timedelta(list(hours), unit="h")
    return pandas.DataFrame(
        {
            "customer": hidden(customers),
            "observed_on": pandas.to_datetime(list(days)),
            "scored_at": at,
            "hour": hours,
        }
    )


def recorded(*rows):
    """Rows of (id, day, first, last, copies)."""
    frame = pandas.DataFrame(rows, columns=["id", "day", "first", "last", "copies"])
    return Keyed(frame.assign(day=pandas.to_datetime(frame["day"])), 0)


NONE = recorded(("z", "2020-01-01", "0", "0", 1))


def labels(seen):
    return dict(zip(seen.frame["customer"], seen.frame[LABEL], strict=True))


def test_the_last_prediction_of_a_customer_and_date_counts():
    seen = joined(
        log(("a", "2024-01-01", 9), ("a", "2024-01-01", 11), ("a", "2024-01-02", 9)), NONE, None, DATED, hidden
    )
    assert seen.frame["hour"].tolist() == [11, 9] and (seen.predictions, seen.repeated) == (3, 1)


def test_outcomes_meet_predictions_by_customer_and_date():
    outcomes = recorded(
        ("a", "2024-01-01", "1", "1", 2), ("b", "2024-01-02", "0", "0", 1), ("c", "2024-01-01", "0", "0", 1)
    )
    seen = joined(log(("a", "2024-01-01", 9), ("b", "2024-01-01", 9)), outcomes, None, DATED, hidden)
    assert labels(seen)["#a"] == 1 and np.isnan(labels(seen)["#b"])
    assert (seen.outcomes, seen.strangers, seen.recorded) == (2, 1, 3), "days that the log lacks are not counted"


def test_contradicting_outcomes_are_none():
    seen = joined(log(("a", "2024-01-01", 9)), recorded(("a", "2024-01-01", "0", "1", 2)), None, DATED, hidden)
    assert np.isnan(labels(seen)["#a"]) and seen.contradicting == 1


def test_undated_customers_have_one_row_each_whenever_they_were_scored():
    outcomes = recorded(("a", None, "1", "1", 1), ("b", None, "0", "0", 1))
    seen = joined(log(("a", "2024-01-01", 9), ("a", "2024-03-01", 9)), outcomes, None, UNDATED, hidden)
    assert seen.frame[DAY].dt.strftime("%Y-%m-%d").tolist() == ["2024-03-01"] and labels(seen)["#a"] == 1
    assert seen.strangers == 1


@pytest.mark.parametrize(("gone", "label"), [("2024-01-20", 1), ("2024-02-07", 1), ("2024-02-08", 0)])
def test_who_left_within_lead_and_horizon_has_left(gone, label):
    day = pandas.Timestamp(gone)
    outcomes = recorded(("a", "2024-01-01", day, day, 1), ("z", "2024-01-01", day, day, 1))
    seen = joined(log(("a", "2024-01-01", 9)), outcomes, None, BY_DAY, hidden)
    assert labels(seen)["#a"] == label


def test_who_left_within_the_lead_time_is_left_out_and_who_is_not_recorded_has_stayed():
    early, late = pandas.Timestamp("2024-01-05"), pandas.Timestamp("2024-01-30")
    outcomes = recorded(("a", "2024-01-01", early, early, 1), ("b", "2024-01-01", late, late, 1))
    seen = joined(log(*((c, "2024-01-01", 9) for c in "abc")), outcomes, None, BY_DAY, hidden)
    assert labels(seen) == {"#b": 1, "#c": 0} and seen.left_in_lead == 1


def test_where_no_leaving_was_recorded_since_nobody_is_known_to_have_stayed():
    old = pandas.Timestamp("2023-12-01")
    seen = joined(log(("a", "2024-01-01", 9)), recorded(("z", "2023-11-01", old, old, 1)), None, BY_DAY, hidden)
    assert np.isnan(labels(seen)["#a"])


def test_treated_rows_are_left_out():
    offers = recorded(("a", "2024-01-01", True, True, 1), ("b", "2024-01-01", False, False, 1))
    seen = joined(
        log(("a", "2024-01-01", 9), ("b", "2024-01-01", 9), ("a", "2024-01-02", 9)), NONE, offers, DATED, hidden
    )
    assert seen.frame["customer"].tolist() == ["#b", "#a"] and seen.treated == 1


def test_an_empty_log_is_no_rows():
    seen = joined(log(("a", "2024-01-01", 9)).head(0), NONE, None, DATED, hidden)
    assert len(seen.frame) == 0 and seen.predictions == seen.outcomes == 0
