import pytest

from mainstay.params import Adopt
from mainstay.pipeline.adoption.guess import guess, reach, tolerated
from mainstay.pipeline.adoption.profile import Profile

ADOPT = Adopt(horizon_days=30, max_values=50, range_headroom=2.0, missing_headroom=2.0, leak_rows=1000)


def text(**seen):
    """A column of 1,000 texts of three values that are neither numbers nor dates."""
    values = {"values": ("a", "b", "c")} if "distinct" not in seen else {}
    counts = {"rows": 1000, "present": 1000, "distinct": 3, "not_numbers": 1000, "not_dates": 1000, "not_whole": 1000}
    return Profile(**{"name": "plan", "family": "string", **counts, **values} | seen)


def digits(**seen):
    """A column of 1,000 whole numbers, written as text."""
    return text(**{"distinct": 70, "not_numbers": 0, "not_whole": 0, "low": 1.0, "high": 72.0} | seen)


def typed(family, **seen):
    return Profile(**{"name": "x", "family": family, "rows": 1000, "present": 1000, "distinct": 400} | seen)


def guessed(seen, dated=False, customers=1000):
    return guess(seen, customers, dated, ADOPT, odd_share=0.01)


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (text(), "category"),
        (text(values=("No", "Yes"), distinct=2), "category"),
        (text(values=("False", "True"), distinct=2), "boolean"),
        (digits(), "integer"),
        (digits(not_whole=400), "number"),
        (digits(not_numbers=5, not_whole=5, odd="?"), "integer"),
        (digits(not_numbers=5, not_whole=400, odd="?"), "number"),
        (digits(padded=3, distinct=40, values=("01", "02")), "category"),
        (digits(high=1e18, values=("1",), distinct=2), "category"),
        (typed("integer", low=0.0, high=9.0), "integer"),
        (typed("float", low=0.0, high=9.0), "number"),
        (typed("integer", low=0.0, high=1e17), "number"),
        (typed("boolean", distinct=2, values=("false", "true")), "boolean"),
    ],
)
def test_the_kind_follows_from_what_the_values_look_like(seen, kind):
    found = guessed(seen).column
    assert (found.kind, found.use) == (kind, "feature")


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (text(present=0, distinct=0), "is always empty"),
        (text(distinct=1, values=("a",)), "is constant: 'a'"),
        (digits(distinct=1, values=("7",), low=7.0, high=7.0), "is constant: '7'"),
        (text(distinct=999), "looks like an id"),
        (text(distinct=51), "holds 51 different texts, more than 50"),
        (text(distinct=500, not_numbers=100, odd="?"), "900 are numbers: should '?' and the like be blanks?"),
        (text(name="churn_reason"), "suspected leak: its name"),
        (digits(name="Churn Score"), "suspected leak: its name"),
        (digits(name="account_id", distinct=1000), "looks like an id"),
        (text(not_dates=0, distinct=300), "--observed-on"),
        (typed("timestamp"), "--observed-on"),
        (typed("array<string>"), "of type array<string>"),
    ],
)
def test_what_can_be_no_feature_is_ignored_with_its_reason(seen, reason):
    found = guessed(seen)
    assert found.column.use == "ignore"
    assert reason in found.reason


def test_a_whole_number_that_is_everyone_s_own_is_no_id_unless_its_name_says_so():
    assert guessed(digits(name="balance", distinct=1000)).column.use == "feature"


def test_a_text_that_follows_the_customer_through_the_months_is_an_id():
    panel = text(rows=24_000, present=24_000, distinct=1000, not_numbers=24_000)
    assert "looks like an id" in guessed(panel, dated=True, customers=1000).reason


def test_a_column_that_is_sometimes_empty_and_else_always_the_same_is_kept():
    assert guessed(text(present=300, distinct=1, values=("yes",))).column.use == "feature"


def test_dates_count_where_rows_are_dated_unless_they_know_the_future():
    assert guessed(typed("date"), dated=True).column.use == "feature"
    assert "7 rows hold a day after" in guessed(typed("date", late=7), dated=True).reason


def test_who_someone_is_is_measured_on_and_never_a_feature():
    found = guessed(text(name="Gender"))
    assert (found.column.use, found.column.values) == ("slice", ("a", "b", "c"))


def test_few_values_that_are_no_numbers_are_pointed_out():
    assert "5 rows hold no number, such as '?'" in guessed(digits(not_numbers=5, not_whole=5, odd="?")).reason


@pytest.mark.parametrize(
    ("low", "high", "kind", "wanted"),
    [
        (0, 72, "integer", (0, 150)),
        (1, 72, "integer", (0, 150)),
        (18.25, 118.75, "number", (0, 240)),
        (0.0, 0.93, "number", (0, 1.9)),
        (0, 1, "integer", (0, 1)),
        (-10, 30, "integer", (-50, 70)),
        (-0.5, 0.5, "number", (-1.5, 1.5)),
        (-9, -1, "integer", (-17, 0)),
        (0, 0.0, "number", (0, 0)),
        (7, 7, "integer", (0, 14)),
    ],
)
def test_ranges_leave_room_in_round_numbers(low, high, kind, wanted):
    assert reach(low, high, kind, ADOPT) == wanted


@pytest.mark.parametrize(
    ("share", "wanted"), [(0, 0), (0.0016, 0.02), (0.05, 0.1), (0.123, 0.25), (0.7, 1.0), (1.0, 1.0)]
)
def test_what_is_missing_now_may_be_missing_somewhat_more_often(share, wanted):
    assert tolerated(share, ADOPT) == pytest.approx(wanted)
