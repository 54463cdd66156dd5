import msgspec
import numpy as np
import pandas as pd
import pytest
from imports import ROOT

from mainstay import params
from mainstay.evidence.moved import SCORE, moved, persisting, score_moved, volume_ratio
from mainstay.rows.contract import Column

RULE = params.load(ROOT / "params.yaml", "drift")
COLUMNS = (Column("usage", "number"), Column("months", "integer"), Column("plan", "category", values=("a", "b", "c")))


def table(rows, seed=0, shift=0.0, plans=(0.5, 0.3, 0.2), missing=0.05, columns=COLUMNS):
    random = np.random.default_rng(seed)
    made = {
        "number": lambda: np.where(random.random(rows) < missing, np.nan, random.standard_normal(rows) + shift),
        "integer": lambda: random.poisson(12, rows),
        "category": lambda: random.choice(["a", "b", "c"], rows, p=plans),
    }
    return pd.DataFrame({c.name: made[c.kind]() for c in columns})


def notable(reference, current):
    return {m.column for m in moved(reference, current, COLUMNS, RULE.bins) if m.notable(RULE)}


def test_rows_of_the_same_kind_have_not_moved():
    found = moved(table(5000), table(3000, seed=1), COLUMNS, RULE.bins)
    assert {m.column for m in found} == {"usage", "months", "plan"}
    assert not any(m.notable(RULE) for m in found) and all(m.q > RULE.max_q for m in found)


@pytest.mark.parametrize(
    ("how", "column"),
    [({"shift": 0.5}, "usage"), ({"plans": (0.2, 0.3, 0.5)}, "plan"), ({"missing": 0.4}, "usage")],
)
def test_what_moved_is_named_and_nothing_else(how, column):
    assert notable(table(5000), table(3000, seed=1, **how)) == {column}


def test_a_shift_too_small_to_matter_is_significant_and_not_told():
    (usage,) = moved(table(100_000), table(100_000, seed=1, shift=0.03), COLUMNS[:1], RULE.bins)
    assert usage.q <= RULE.max_q and not usage.notable(RULE)


def test_few_rows_say_nothing():
    assert notable(table(5000), table(RULE.min_rows - 1, seed=1, shift=2.0)) == set()


def test_missing_and_unseen_shares_are_told():
    current = table(1000, seed=1, missing=0.3).assign(plan=["mars"] * 250 + ["a"] * 750)
    found = {m.column: m for m in moved(table(1000), current, COLUMNS, RULE.bins)}
    assert found["usage"].missing_now == pytest.approx(0.3, abs=0.05) and found["usage"].missing_before < 0.1
    assert found["plan"].unseen == 0.25


@pytest.mark.parametrize("side", ["reference", "current"])
def test_a_column_without_any_value_has_moved_from_one_with(side):
    full, empty = table(1000), table(1000).assign(usage=np.nan)
    tables = (empty, full) if side == "reference" else (full, empty)
    assert "usage" in notable(*tables)


def test_scores_are_compared_as_numbers_are():
    random = np.random.default_rng(0)
    a, b = random.random(2000), random.random(2000)
    assert score_moved(a, b, RULE.bins).column == SCORE and not score_moved(a, b, RULE.bins).notable(RULE)
    assert score_moved(a, b / 2, RULE.bins).notable(RULE)


DAYS = {
    "one day is none": ([{"a"}], ()),
    "two of three": ([{"a"}, set(), {"a", "b"}], ("a",)),
    "long ago does not count": ([{"a"}, {"a"}, set(), set()], ()),
    "two in a row": ([set(), {"b"}, {"b"}], ("b",)),
    "no day at all": ([], ()),
}


@pytest.mark.parametrize(("days", "wanted"), DAYS.values(), ids=DAYS)
def test_a_column_is_told_once_most_days_say_so(days, wanted):
    rule = msgspec.structs.replace(RULE, days_needed=2, days=3)
    assert persisting(days, rule) == wanted


def test_volume_is_measured_against_the_usual_day():
    assert volume_ratio(50, [100, 90, 1000]) == 0.5
    assert np.isnan(volume_ratio(50, []))


def quiet_alerts(quarters):
    """Days on which a column is told that did not move: 19 columns, 500 rows a day."""
    columns = tuple(Column(f"n{i}", "number") for i in range(12)) + tuple(Column(f"c{i}", "category") for i in range(7))
    reference, alerts = table(20_000, columns=columns), 0
    for quarter in range(quarters):
        days = []
        for day in range(91):
            current = table(500, seed=1 + quarter * 91 + day, columns=columns)
            days.append({m.column for m in moved(reference, current, columns, RULE.bins) if m.notable(RULE)})
            alerts += bool(persisting(days, RULE))
    return alerts


def test_a_quiet_quarter_raises_no_alert():
    assert quiet_alerts(quarters=1) == 0


@pytest.mark.slow
def test_quiet_years_raise_at_most_one_alert_a_quarter():
    assert quiet_alerts(quarters=8) <= 8
