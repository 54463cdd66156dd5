import datetime

import numpy as np
import pandas
import pytest
from branches import CONTRACT

from mainstay.monitoring.joined import DAY, LABEL
from mainstay.monitoring.windows import bettable, closed, cut, window
from mainstay.rows import contract_file

MONTHLY = contract_file.parse(CONTRACT, "contract")
LED = contract_file.parse(CONTRACT.replace("horizon_days: 30", "horizon_days: 30, lead_days: 7"), "contract")


def table(*rows):
    """Rows of (day, customer, outcome or None), in order of days."""
    days, customers, labels = zip(*rows, strict=True)
    frame = pandas.DataFrame({DAY: pandas.to_datetime(list(days)), "customer": customers})
    return frame.assign(**{LABEL: np.array(labels, dtype=np.float64)})


@pytest.mark.parametrize(
    ("kind", "day", "name", "first", "last"),
    [
        ("month", "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"),
        ("month", "2024-12-31", "2024-12", "2024-12-01", "2024-12-31"),
        ("week", "2024-01-01", "2024-01-01", "2024-01-01", "2024-01-07"),
        ("week", "2024-03-03", "2024-02-26", "2024-02-26", "2024-03-03"),
    ],
)
def test_a_day_falls_into_its_month_or_its_week_from_monday(kind, day, name, first, last):
    (one,) = cut(table((day, "a", 0)), kind, MONTHLY)
    assert (one.name, str(one.first), str(one.last)) == (name, first, last)


@pytest.mark.parametrize(
    ("contract", "day", "closes"),
    [(MONTHLY, "2024-01-01", "2024-02-01"), (MONTHLY, "2024-01-20", "2024-02-19"), (LED, "2024-01-20", "2024-02-26")],
)
def test_a_window_closes_once_it_is_over_and_its_last_rows_lead_and_horizon_are_too(contract, day, closes):
    cuts = cut(table((day, "a", 0)), "month", contract)
    closing = datetime.date.fromisoformat(closes)
    assert not list(closed(cuts, closing - datetime.timedelta(days=1))) and list(closed(cuts, closing)) == cuts


def test_coverage_is_the_share_of_rows_with_an_outcome():
    (one,) = cut(table(*(("2024-01-01", c, o) for c, o in zip("abcd", (1, 0, None, 0), strict=True))), "month", MONTHLY)
    assert one.coverage == 0.75 and one.known.tolist() == [0, 1, 3]


def test_of_a_customer_scored_weekly_only_rows_whose_horizons_do_not_overlap_are_bet_on():
    weeks = [datetime.date(2024, 1, 1) + datetime.timedelta(7 * k) for k in range(9)]
    rows = table(*((day, "a", 0) for day in weeks))
    assert np.flatnonzero(bettable(rows, MONTHLY)).tolist() == [0, 4, 8]


def test_of_a_customer_scored_monthly_every_row_is_bet_on_february_too():
    rows = table(*((f"2024-0{m}-01", c, 0) for m in range(1, 7) for c in "ab"))
    assert bettable(rows, MONTHLY).all()


def test_which_rows_are_bet_on_does_not_hang_on_outcomes():
    days = [datetime.date(2024, 1, 1) + datetime.timedelta(9 * k) for k in range(9)]
    known, unknown = (table(*((day, "a", label) for day in days)) for label in (1, None))
    assert (bettable(known, MONTHLY) == bettable(unknown, MONTHLY)).all()


def test_no_rows_no_windows():
    nothing = table(("2024-01-01", "a", 0)).head(0)
    assert cut(nothing, "month", MONTHLY) == [] and len(bettable(nothing, MONTHLY)) == 0


def test_a_window_holds_the_rows_with_an_outcome_and_their_scores():
    rows = table(("2024-01-01", "a", None), ("2024-01-01", "b", 1), ("2024-01-02", "a", 0))
    (one,) = cut(rows, "month", MONTHLY)
    seen = window(one, rows, np.array([0.1, 0.2, 0.3]), None, np.array([True, True, False]))
    assert seen.outcome.tolist() == [1, 0] and seen.current.tolist() == [0.2, 0.3]
    assert seen.bet.tolist() == [True, False] and len(set(seen.customer)) == 2 and seen.previous is None
