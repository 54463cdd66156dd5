"""Scenarios with a right answer, in the simulator's worlds: customers repeat, months share effects, a season turns."""

import pytest
from worlds import decided, lived

SHOCK_ON = 17
"""The month, four after the first that is watched."""

BLIND = ("contract", "contract_months_left", "tenure_months", "payment_method", "extras", "channel")
BLIND += ("support_contacts", "satisfaction")
"""Columns whose meaning a bad release lost: it sees their usual value for everybody."""


def actions(decisions):
    return [d.action for d in decisions]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_quiet_year_is_left_alone(seed):
    assert set(actions(decided(lived(seed)))) == {"nothing"}


@pytest.mark.slow
def test_a_world_that_moved_asks_for_training_and_rolls_nothing_back():
    found = actions(decided(lived(0, [{"kind": "shock", "month": SHOCK_ON}])))
    assert "retrain" in found[SHOCK_ON - 13 :] and "rollback" not in found


@pytest.mark.slow
def test_a_bad_release_is_rolled_back_in_the_first_months():
    found = actions(decided(lived(0, n=20), BLIND))
    assert "rollback" in found


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["price_rise", "ageing_book", "late_outcomes", "covariate_drift"])
def test_no_change_of_the_business_rolls_anything_back(kind):
    assert "rollback" not in actions(decided(lived(1, [{"kind": kind, "month": SHOCK_ON}])))


@pytest.mark.slow
def test_a_poisoned_month_is_paged_and_not_believed():
    found = decided(lived(0, [{"kind": "poisoned_month", "month": SHOCK_ON}]))
    assert "outcomes-distrusted" in {d.condition for d in found} and "rollback" not in actions(found)
