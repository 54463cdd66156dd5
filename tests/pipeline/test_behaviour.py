"""Each check passes a scorer that behaves, and fails one that was made to misbehave in that way alone."""

from dataclasses import replace

import numpy as np
import pytest
from imports import ROOT
from tiny import CONTRACT, rows

from mainstay import params
from mainstay.pipeline.behaviour import Check, Subject, checks, verdict
from mainstay.rows.contract import Column

SETTINGS = params.load(ROOT / "params.yaml", "stress")
PLANS = {"monthly": 1.0, "yearly": -1.0}


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def log_odds(frame):
    """What drives churn in the rows, roughly; anything missing or unseen counts as average."""
    number = {c: frame[c].to_numpy(dtype=float, na_value=np.nan) for c in ("tenure_months", "charge")}
    tenure = np.nan_to_num(np.minimum(number["tenure_months"], 60), nan=20) - 20
    charge = np.nan_to_num(np.minimum(number["charge"], 200), nan=60) - 60
    plan = np.array([PLANS.get(p, 0.0) if isinstance(p, str) else 0.0 for p in frame["plan"]])
    return -0.06 * tenure + 0.03 * charge + plan - 1


def good(frame):
    return sigmoid(log_odds(frame))


def uses_gender(frame):
    return sigmoid(log_odds(frame) + (frame["gender"] == "male").to_numpy(dtype=float, na_value=0))


def uses_position(frame):
    return sigmoid(log_odds(frame) + np.arange(len(frame)) / len(frame))


def uses_the_id(frame):
    return sigmoid(log_odds(frame) + np.array([len(i) % 2 for i in frame["customer_id"]]))


def loves_high_charges(frame):
    return good(frame.assign(charge=120 - frame["charge"].astype(float)))


def loves_high_charges_of_some(frame):
    some = np.arange(len(frame)) % 4 == 0
    return np.where(some, loves_high_charges(frame), good(frame))


def blind_to_tenure(frame):
    return good(frame.assign(tenure_months=10))


def jumpy(frame):
    return sigmoid(log_odds(frame) + 3 * np.sin(1e4 * np.nan_to_num(frame["charge"].to_numpy(dtype=float, na_value=0))))


def lost_without_values(frame):
    missing = frame[["tenure_months", "charge", "plan", "auto_pay"]].isna().any(axis=1).to_numpy()
    return np.where(missing, 0.5, good(frame))


def afraid_of_the_new(frame):
    known = frame["plan"].isin([*PLANS, None]) | frame["plan"].isna()
    return np.where(known, good(frame), 0.99)


def overflows(frame):
    with np.errstate(over="ignore"):
        return good(frame) * np.exp(np.nan_to_num(frame["charge"].to_numpy(dtype=float, na_value=0)) - 700)


def gives_no_number_when_all_is_missing(frame):
    nothing = frame[["tenure_months", "charge", "plan"]].isna().all(axis=1).to_numpy()
    return np.where(nothing, np.nan, good(frame))


def subject(score, contract=CONTRACT, off=0.0, frame=None):
    """The scorer with a scorer of single rows that is `off` from it; rows are asked for in order, once."""
    frame = rows(800) if frame is None else frame
    alone = iter(score(frame) + off)
    return Subject(score, lambda row: next(alone), frame, frame["churned"].to_numpy(dtype=float), contract)


def failed(found):
    return {name for name, check in found.items() if check.answer == "fail"}


def test_a_scorer_that_behaves_passes_every_check():
    found = checks(subject(good), SETTINGS)
    assert verdict(found).answer == "pass"
    assert {check.answer for check in found.values()} == {"pass"}
    assert {"direction_charge", "direction_tenure_months"} <= set(found)


@pytest.mark.parametrize(
    ("bad", "check"),
    [
        (uses_gender, "slice_only_columns"),
        (uses_position, "row_order"),
        (uses_the_id, "id"),
        (loves_high_charges, "direction_charge"),
        (loves_high_charges_of_some, "direction_charge"),
        (blind_to_tenure, "direction_tenure_months"),
        (jumpy, "noise"),
        (lost_without_values, "missing_values"),
        (afraid_of_the_new, "unseen_categories"),
        (overflows, "extreme_values"),
        (gives_no_number_when_all_is_missing, "extreme_values"),
    ],
    ids=lambda x: getattr(x, "__name__", x),
)
def test_a_scorer_that_misbehaves_fails_that_check_and_the_reason_names_it(bad, check):
    found = checks(subject(bad), SETTINGS)
    assert found[check].answer == "fail"
    answer = verdict(found)
    assert answer.answer == "fail"
    assert any(reason.startswith(f"{check}: ") and "wanted" in reason for reason in answer.reasons)


def test_a_ripple_on_a_plateau_is_no_wrong_direction():
    def ripples(frame):
        charge = frame["charge"].astype(float).fillna(60).to_numpy()
        return sigmoid(log_odds(frame.assign(charge=np.minimum(charge, 60))) - 0.005 * (charge > 60))

    found = checks(subject(ripples), SETTINGS)["direction_charge"]
    assert found.answer == "pass" and found.figure < 1


def test_a_scorer_of_single_rows_that_disagrees_with_that_of_tables_fails():
    found = checks(subject(good, off=1e-4), SETTINGS)
    assert failed(found) == {"single_row"}


def test_scores_that_are_no_numbers_fail_and_never_pass():
    found = checks(subject(lambda frame: np.full(len(frame), np.nan)), SETTINGS)
    assert {check.answer for check in found.values()} == {"fail"}


def test_a_check_that_does_not_apply_says_why_and_does_not_count():
    numbers = replace(CONTRACT, columns=(Column("charge", "number", min=0, max=1000, missing=0.2),))
    found = checks(subject(lambda f: sigmoid(f["charge"].fillna(60).to_numpy(dtype=float) / 100), numbers), SETTINGS)
    assert found["slice_only_columns"] == Check("not applicable", "no column is only a slice")
    assert found["unseen_categories"].answer == "not applicable"
    assert not [name for name in found if name.startswith("direction_")]
    categories = replace(CONTRACT, columns=(Column("plan", "category", values=("monthly", "yearly")),))
    assert checks(subject(good, categories), SETTINGS)["noise"].answer == "not applicable"


def test_a_direction_cannot_be_seen_where_a_column_never_varies():
    frame = rows(300).assign(charge=50.0)
    assert checks(subject(good, frame=frame), SETTINGS)["direction_charge"].answer == "not applicable"


def test_rows_of_one_outcome_leave_it_open_what_missing_values_cost():
    found = checks(subject(good, frame=rows(300).assign(churned=0)), SETTINGS)
    assert found["missing_values"].answer == "inconclusive"
    assert verdict(found).answer == "inconclusive"


def test_nothing_that_applies_is_no_pass():
    assert verdict({"noise": Check("not applicable", "no feature is a number")}).answer == "inconclusive"
