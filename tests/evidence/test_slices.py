import datetime

import numpy as np
import pandas as pd
import pytest

from mainstay.evidence.slices import measure, slices
from mainstay.rows.contract import Column, Contract, Outcome

OUTCOME = Outcome("churned", None, "1", "0", None, 0, 0)


def contract(*columns):
    return Contract("customer_id", None, OUTCOME, (), None, columns)


def named(frame, *columns):
    return {(s.column, s.value): s.member.tolist() for s in slices(frame, contract(*columns))}


def test_every_listed_value_is_a_slice_and_so_are_the_unseen_and_the_missing():
    column = Column("region", "category", use="slice", values=("north", "south", "east"))
    frame = pd.DataFrame({"region": pd.Series(["north", None, "mars", "south", "north"], dtype="str")})
    assert named(frame, column) == {
        ("region", "north"): [True, False, False, False, True],
        ("region", "south"): [False, False, False, True, False],
        ("region", "east"): [False] * 5,
        ("region", "(unseen)"): [False, False, True, False, False],
        ("region", "(missing)"): [False, True, False, False, False],
    }


@pytest.mark.parametrize("dtype", ["boolean", "object"])
def test_a_boolean_has_two_slices(dtype):
    frame = pd.DataFrame({"senior": pd.Series([True, False, None], dtype=dtype)})
    assert named(frame, Column("senior", "boolean", use="both")) == {
        ("senior", "false"): [False, True, False],
        ("senior", "true"): [True, False, False],
        ("senior", "(missing)"): [False, False, True],
    }


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1, 2, 3, 4, 5, 6, 7, 8, None], dtype="Int64"),
        pd.Series([1, 2, 3, 4, 5, 6, 7, 8, None], dtype="float64"),
        pd.Series([datetime.date(2024, 1, d) for d in range(1, 9)] + [None], dtype="object"),
        pd.Series([pd.Timestamp(2024, 1, d) for d in range(1, 9)] + [None]),
        pd.Series([1, 1, 1, 1, 1, 1, 1, 1, None], dtype="float64"),
    ],
)
def test_every_row_is_in_just_one_band_of_a_number(values):
    found = named(pd.DataFrame({"x": values}), Column("x", "number", use="slice"))
    assert np.sum(list(found.values()), axis=0).tolist() == [1] * 9
    assert [sum(member) for member in found.values()] in ([2, 2, 2, 2, 1], [8, 1])


def test_a_number_that_is_always_missing_has_that_slice_alone():
    frame = pd.DataFrame({"x": pd.Series([None, None], dtype="float64")})
    assert list(named(frame, Column("x", "number", use="slice"))) == [("x", "(missing)")]


def test_a_column_that_is_only_a_feature_is_no_slice():
    assert not named(pd.DataFrame({"x": [1.0]}), Column("x", "number"))


def test_figures_of_a_slice_are_counted_by_hand():
    figures = measure(np.array([1, 1, 0, 0]), np.array([0.9, 0.3, 0.4, 0.2]), threshold=0.4, min_positives=2)
    assert figures == pytest.approx(
        {
            "rows": 4,
            "positives": 2,
            "base_rate": 0.5,
            "roc_auc": 0.75,
            "calibration_gap": 0.45 - 0.5,
            "true_positive_rate": 0.5,
            "contacted_share": 0.5,
        }
    )


@pytest.mark.parametrize("outcome", [[1, 0, 0], [0, 0, 0], [], [1, 1, 1]])
def test_too_few_leavers_or_no_stayer_leaves_the_figures_empty_but_keeps_the_counts(outcome):
    figures = measure(np.array(outcome), np.linspace(0, 1, len(outcome)), threshold=0.5, min_positives=2)
    assert figures["rows"] == len(outcome) and figures["positives"] == sum(outcome)
    assert {figures[name] for name in ("roc_auc", "calibration_gap", "true_positive_rate")} == {None}
