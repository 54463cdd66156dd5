import datetime

import numpy as np
import pandas as pd
import pytest
from tiny import CONTRACT, rows

from mainstay.pipeline import perturb
from mainstay.rows.contract import fault_of

COLUMN = {c.name: c for c in CONTRACT.columns}


@pytest.fixture
def frame():
    return rows(400)


@pytest.fixture
def random():
    return np.random.default_rng(3)


def changed(before, after):
    return {name for name in before if not before[name].astype(object).equals(after[name].astype(object))}


def test_a_perturbation_changes_just_what_it_says_and_leaves_the_rows_it_was_given_alone(frame, random):
    kept = frame.copy(deep=True)
    assert changed(frame, perturb.shuffled(frame, ["gender"], random)) == {"gender"}
    assert changed(frame, perturb.renamed(frame, CONTRACT)) == {"customer_id"}
    assert changed(frame, perturb.shifted(frame, COLUMN["charge"], 5)) == {"charge"}
    assert changed(frame, perturb.noisy(frame, CONTRACT, 0.1, random)) == {"tenure_months", "charge"}
    assert changed(frame, perturb.unseen(frame, COLUMN["plan"])) == {"plan"}
    pd.testing.assert_frame_equal(frame, kept)


def test_a_shift_stays_within_the_range_and_missing_stays_missing(frame):
    frame.loc[0, ["charge"]] = 999.0
    moved = perturb.shifted(frame, COLUMN["charge"], 100)["charge"]
    assert moved[0] == 1000
    assert moved.isna().equals(frame["charge"].isna())


@pytest.mark.parametrize("by", [0.4, 12.6])
def test_whole_numbers_stay_whole(frame, by):
    moved = perturb.shifted(frame, COLUMN["tenure_months"], by)["tenure_months"]
    assert (moved == frame["tenure_months"] + round(by)).all()


def test_values_with_gaps_can_be_moved_whatever_holds_them():
    for dtype in ("float64", "Int64", "object"):
        frame = pd.DataFrame({"tenure_months": pd.Series([1, None, 3], dtype=dtype)})
        moved = perturb.shifted(frame, COLUMN["tenure_months"], 2)["tenure_months"]
        assert moved.isna().tolist() == [False, True, False] and moved[2] == 5


def test_about_the_share_asked_for_is_blanked_in_every_feature(frame, random):
    blanked = perturb.blanked(frame, CONTRACT, 0.3, random)
    for column in CONTRACT.features:
        before = frame[column.name].isna().mean()
        assert blanked[column.name].isna().mean() == pytest.approx(before + 0.3 * (1 - before), abs=0.08)
    assert blanked["gender"].equals(frame["gender"])


@pytest.mark.parametrize(
    ("values", "spread"), [([1.0, 3.0], 1.0), ([2.0, 2.0], 0.0), ([1.0, None], 0.0), ([None, None], 0.0)]
)
def test_the_spread_is_of_the_values_there_are(values, spread):
    assert perturb.spread(pd.DataFrame({"charge": pd.Series(values, dtype="float64")}), COLUMN["charge"]) == spread


def test_extremes_visit_both_ends_of_every_number_and_a_row_of_nothing(frame):
    found = dict(perturb.extremes(frame, CONTRACT))
    assert set(found) == {
        "tenure_months at its lowest",
        "tenure_months at its highest",
        "charge at its lowest",
        "charge at its highest",
        "all numbers at their lowest",
        "all numbers at their highest",
        "all features missing",
    }
    assert (found["charge at its highest"]["charge"] == 1000).all()
    assert found["all features missing"][[c.name for c in CONTRACT.features]].isna().all(axis=None)


def test_a_mapping_holds_what_a_server_would_be_sent(frame):
    names = ["tenure_months", "charge", "plan", "auto_pay", "renewed_on", "observed_on"]
    frame["renewed_on"] = pd.to_datetime(frame["renewed_on"])
    for mapping in perturb.mappings(frame, names):
        assert all(fault_of(COLUMN[name], mapping[name]) is None for name in names[:-1])
        assert type(mapping["renewed_on"]) in (datetime.date, type(None))
        assert mapping["charge"] is None or mapping["charge"] == mapping["charge"]
