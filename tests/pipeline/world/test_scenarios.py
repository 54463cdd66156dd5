import pytest
from business import lived, settings

from mainstay.pipeline.world.months import months
from mainstay.pipeline.world.scenarios import Conditions, conditions, parse
from mainstay.refusal import Refusal

SMALL = {"customers": 1500, "months": 8}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"kind": "shok", "month": 3}, "wanted one of shock"),
        ({"month": 3}, "saw kind None"),
        ({"kind": "shock"}, "month"),
        ({"kind": "shock", "month": "three"}, "month"),
        ({"kind": "shock", "month": 3, "chrun": 2.0}, "chrun"),
        ({"kind": "shock", "month": 0}, "months count from 1"),
        ({"kind": "broken_meter", "month": 2, "share": 1.5}, "share is 1.5"),
        ({"kind": "price_rise", "month": 2, "factor": -1.0}, "factor is -1.0"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_was_wanted(document, said):
    with pytest.raises(Refusal) as refused:
        parse([{"kind": "shock", "month": 1}, document])
    assert "number 2" in str(refused.value) and said in str(refused.value)


@pytest.mark.parametrize(("month", "churn"), [(4, 1.0), (5, 2.7), (7, 2.7), (8, 1.4), (10, 1.4), (11, 1.0)])
def test_a_shock_lasts_a_quarter_and_ebbs_for_another(month, churn):
    assert conditions(parse([{"kind": "shock", "month": 5}]), month).churn == churn


def test_scenarios_of_one_kind_multiply():
    twice = parse(
        [{"kind": "price_rise", "month": 2, "factor": 1.1}, {"kind": "price_rise", "month": 4, "factor": 1.5}]
    )
    assert [conditions(twice, m).price for m in (1, 2, 4)] == pytest.approx([1.0, 1.1, 1.65])


def test_without_scenarios_every_month_is_as_usual():
    assert conditions((), 5) == Conditions()


@pytest.mark.parametrize(
    "scenario",
    [
        {"kind": "shock"},
        {"kind": "covariate_drift"},
        {"kind": "price_rise"},
        {"kind": "ageing_book"},
        {"kind": "renamed_column"},
        {"kind": "leaking_column"},
        {"kind": "broken_meter"},
        {"kind": "poisoned_month"},
    ],
)
def test_a_scenario_changes_something_in_its_month_and_nothing_before(scenario):
    usual = list(months(settings(customers=300, months=4)))
    struck = list(months(settings(customers=300, months=4, scenarios=[scenario | {"month": 3}])))
    same = [
        a.customers.equals(b.customers) and a.outcomes.equals(b.outcomes) for a, b in zip(usual, struck, strict=True)
    ]
    assert same[:3] == [True, True, False]


def test_a_shock_multiplies_leaving_for_a_quarter():
    usual, struck = lived(settings(**SMALL)), lived(settings(**SMALL, scenarios=[{"kind": "shock", "month": 4}]))
    ratio = struck.groupby("month")["p_true"].mean() / usual.groupby("month")["p_true"].mean()
    assert 2.3 < ratio[4] < 2.75 and ratio[3] == 1
    assert ratio[7] < ratio[4] * 0.7


def test_a_price_rise_raises_charges_and_leaving():
    rise = [{"kind": "price_rise", "month": 4, "factor": 1.2}]
    usual, struck = lived(settings(**SMALL)), lived(settings(**SMALL, scenarios=rise))
    of_month = [world[world["month"] == 4] for world in (usual, struck)]
    assert of_month[1]["monthly_charge"].mean() == pytest.approx(1.2 * of_month[0]["monthly_charge"].mean(), rel=1e-3)
    assert 1.1 < of_month[1]["p_true"].mean() / of_month[0]["p_true"].mean() < 1.35


def test_covariate_drift_moves_customers_and_usage_but_not_the_reasons_to_leave():
    world = lived(settings(**SMALL, scenarios=[{"kind": "covariate_drift", "month": 4}]))
    dsl = (world["connection"] == "dsl").groupby(world["month"]).mean()
    usage = world.groupby("month")["usage_gb"].median()
    assert dsl[8] < 0.6 * dsl[3] and usage[5] > 1.2 * usage[3]
    effect = world.groupby(["connection", world["month"] >= 4])["effect:connection"].nunique()
    assert (effect == 1).all() and effect.index.size == 6


def test_an_ageing_book_gets_few_joiners():
    world = lived(settings(**SMALL, scenarios=[{"kind": "ageing_book", "month": 4}]))
    new = (world["tenure_months"] == 0).groupby(world["month"]).sum()
    assert new[5] < 0.4 * new[3]


def test_late_outcomes_come_when_they_are_said_to():
    late = [{"kind": "late_outcomes", "month": 3, "days": 60}]
    history = list(months(settings(customers=100, months=4, scenarios=late)))
    assert [(m.outcomes_known_on - m.observed_on).days for m in history] == [30, 30, 90, 90]
