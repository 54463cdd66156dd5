"""What is news, as `mainstay tell` would have it."""

from mainstay.monitoring.decide import Decision
from mainstay.replay.issues import Issues


def look(action, status="amber", condition="drift", named=()):
    return Decision(action, condition, "it is so", status, named=named)


def test_a_condition_is_news_until_it_has_an_issue():
    assert not Issues().has(look("alert"))
    assert Issues().after(look("alert")).has(look("alert"))


def test_a_column_more_is_news():
    told = Issues().after(look("alert", named=("age",)))
    assert told.has(look("alert", named=("age",))) and not told.has(look("alert", named=("age", "usage")))
    both = told.after(look("alert", named=("usage",)))
    assert both.has(look("alert", named=("age", "usage")))


def test_another_condition_is_news_beside_it():
    told = Issues().after(look("alert"))
    assert not told.has(look("alert", condition="broken-meter"))
    assert told.after(look("alert", condition="broken-meter")).has(look("alert"))


def test_all_are_closed_where_all_is_well_and_stay_where_too_little_is_known():
    told = Issues().after(look("alert"))
    assert told.after(look("nothing", "unknown", "outcomes-waiting")).has(look("alert"))
    assert not told.after(look("nothing", "green", "quiet")).has(look("alert"))
