import numpy as np
import pandas as pd
import pytest
from business import settings

from mainstay.pipeline.world.hazards import effects_by_choice, hazard, season

PARAMS = settings()
USUAL = {
    "risk": 0.02,
    "tenure_months": 12,
    "contract": "monthly",
    "connection": "dsl",
    "payment_method": "card",
    "channel": "web",
    "extras": 0,
    "monthly_charge": 30.0,
    "support_contacts": 0,
    "usage_trend": 0.0,
    "days_since_login": 0,
    "satisfaction": 3,
    "age": 45,
    "failed_payments": 0,
    "autopay": False,
}


def book(**columns):
    frame = pd.DataFrame([USUAL | columns])
    return frame.astype({name: "category" for name, value in USUAL.items() if isinstance(value, str)})


def risks(factor=1.0, **columns):
    return hazard(book(**columns), PARAMS.leaving, PARAMS.effects, factor)


def test_the_usual_customer_leaves_at_their_own_rate():
    assert risks().by_choice[0] == pytest.approx(0.02)
    assert risks().involuntary[0] == pytest.approx(PARAMS.leaving.involuntary_rate)
    assert risks().total[0] == pytest.approx(1 - 0.98 * (1 - PARAMS.leaving.involuntary_rate))


@pytest.mark.parametrize(
    ("columns", "factor"),
    [
        ({"tenure_months": 0}, 5.5),
        ({"tenure_months": 9}, (1.2 * 1.0) ** 0.5),
        ({"tenure_months": 60}, 0.55),
        ({"connection": "fiber"}, 1.2),
        ({"support_contacts": 2}, 1.45**2),
        ({"extras": 1}, 0.75),
        ({"monthly_charge": 30.0 * 1.1}, 1.1**1.5),
        ({"usage_trend": 1.0}, 0.35),
        ({"days_since_login": 30}, 1.6),
        ({"satisfaction": 5}, 0.8**2),
        ({"age": 55}, 0.85),
        ({"contract": "one_year", "tenure_months": 59}, 6.0 * 0.55),
        ({"contract": "one_year", "tenure_months": 12}, 0.03),
        ({"contract": "two_year", "tenure_months": 12}, 0.03),
    ],
)
def test_each_cause_multiplies_the_risk_by_what_params_say(columns, factor):
    assert np.log1p(-risks(**columns).by_choice[0]) / np.log1p(-0.02) == pytest.approx(factor)


@pytest.mark.parametrize(("columns", "factor"), [({"failed_payments": 2}, 3.0**2), ({"autopay": True}, 0.5)])
def test_payments_move_involuntary_leaving_alone(columns, factor):
    assert risks(**columns).involuntary[0] == pytest.approx(factor * PARAMS.leaving.involuntary_rate)
    assert risks(**columns).by_choice[0] == risks().by_choice[0]


@pytest.mark.parametrize("factor", [0.0, 1e9])
def test_a_risk_stays_a_probability(factor):
    assert 0 <= risks(factor, support_contacts=9, tenure_months=0).total[0] <= 1


def test_effects_add_up_to_the_multiplier():
    two = book(support_contacts=2, age=30)
    total = sum(effects_by_choice(two, PARAMS.leaving, PARAMS.effects).values())
    assert np.exp(total[0]) == pytest.approx(1.45**2 * 0.85**-1.5)


def test_season_has_its_top_in_january_and_averages_to_one():
    assert season(1, 0.1) == pytest.approx(1.1) and season(7, 0.1) == pytest.approx(0.9)
    assert np.mean([season(m, 0.1) for m in range(1, 13)]) == pytest.approx(1)
