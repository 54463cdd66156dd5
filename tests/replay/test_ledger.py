import json
import math

import pytest
from past import event, ledger, line

from mainstay.replay.ledger import Line, document, gained, totals


def test_totals_are_means_of_months_and_one_ratio_of_the_whole():
    book = ledger([line(1, "mainstay", profit=100), line(2, "mainstay", profit=300, roc_auc=0.7)])
    found = totals(book, "mainstay")
    assert (found["profit"], found["roc_auc"]) == (200, pytest.approx(0.75))
    assert found["observed_over_expected"] == pytest.approx(60 / 50)


def test_a_month_that_was_not_measured_is_left_out_and_none_is_no_number():
    book = ledger([line(1, "mainstay", profit=100), Line(2, "mainstay", None, None)])
    assert totals(book, "mainstay")["profit"] == 100
    assert math.isnan(totals(ledger([Line(1, "mainstay", None, None)]), "mainstay")["profit"])


def test_a_month_without_a_model_earns_nothing_and_is_compared_with_nobody():
    lines = [line(1, "never", roc_auc=0.9), line(2, "never", roc_auc=0.7), Line(1, "mainstay", None, None)]
    book = ledger([*lines, line(2, "mainstay", roc_auc=0.8)])
    mine, other = totals(book, "mainstay"), totals(book, "never")
    assert (mine["profit"], other["profit"], mine["months_without_model"]) == (50, 100, 1)
    assert (mine["roc_auc"], other["roc_auc"]) == (0.8, 0.7)


def test_what_mainstay_gained_comes_with_the_luck_of_months():
    lines = [line(m, "never", profit=100 * m) for m in (1, 2, 3)]
    mine = [line(m, "mainstay", profit=100 * m + extra) for m, extra in ((1, 10), (2, 30), (3, 20))]
    assert gained(ledger([*lines, *mine]), "never") == (20, pytest.approx(10 / 3**0.5))


def test_what_happened_is_counted_a_policy():
    events = [event(1, "release"), event(1, "alert", "never"), event(2, "rollback"), event(2, "bad release")]
    found = totals(ledger([line(1, "mainstay"), line(2, "mainstay")], events), "mainstay")
    assert (found["releases"], found["rollbacks"], found["alerts"]) == (2, 1, 0)


def test_the_document_is_plain_and_whole():
    book = ledger([line(1, "never"), line(1, "mainstay")], [event(1, "release")])
    told = json.loads(json.dumps(document(book)))
    assert set(told) == {"how", "simulated", "months", "policies", "lines", "events"}
    assert [entry["policy"] for entry in told["lines"]] == ["never", "mainstay"]
