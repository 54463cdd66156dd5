import numpy as np
import pytest
from business import settings
from sklearn.metrics import roc_auc_score

from mainstay.pipeline.world.months import months
from mainstay.refusal import Refusal


def month(number, *scenarios):
    history = list(months(settings(customers=1500, months=number, scenarios=list(scenarios))))
    return history[-1]


def test_a_renamed_column_has_its_values_under_another_name():
    usual, struck = month(2), month(2, {"kind": "renamed_column", "month": 2})
    assert "monthly_charge" not in struck.customers
    assert list(struck.customers["monthly_fee"]) == list(usual.customers["monthly_charge"])
    assert list(struck.customers.columns).index("monthly_fee") == list(usual.customers.columns).index("monthly_charge")


@pytest.mark.parametrize("column", ["usage_gb", "closing_code"])
def test_a_leaking_column_gives_the_outcome_away(column):
    struck = month(2, {"kind": "leaking_column", "month": 2, "column": column})
    auc = roc_auc_score(struck.outcomes["churned"], struck.customers[column])
    assert max(auc, 1 - auc) > 0.98


def test_a_broken_meter_is_stuck_for_its_months_only():
    scenario = {"kind": "broken_meter", "month": 2, "share": 0.4, "months": 1}
    assert 0.3 < (month(2, scenario).customers["usage_gb"] == 0).mean() < 0.5
    assert (month(3, scenario).customers["usage_gb"] == 0).mean() < 0.05


def test_a_broken_meter_can_read_what_the_contract_forbids():
    struck = month(2, {"kind": "broken_meter", "month": 2, "share": 0.01, "reading": -1.0})
    assert 0 < (struck.customers["usage_gb"] < 0).mean() < 0.03


def test_a_poisoned_month_has_some_outcomes_turned_round_and_the_truth_as_it_was():
    usual, struck = month(2), month(2, {"kind": "poisoned_month", "month": 2, "share": 0.3})
    turned = np.mean(usual.outcomes["churned"].to_numpy() != struck.outcomes["churned"].to_numpy())
    assert turned == pytest.approx(0.3, abs=0.05)
    assert struck.truth.equals(usual.truth)


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ({"kind": "renamed_column", "month": 1, "column": "charge"}, "no column 'charge'"),
        ({"kind": "leaking_column", "month": 1, "column": "contract"}, "'contract' holds no numbers"),
    ],
)
def test_a_column_that_cannot_be_spoilt_is_refused(scenario, said):
    with pytest.raises(Refusal, match=said):
        month(1, scenario)
