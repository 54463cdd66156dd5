import numpy as np
import pytest

from mainstay.evidence.campaign import expected_profit
from mainstay.params import Profit

CAMPAIGN = Profit(
    contact_share=0.2, offer_cost=10, contact_cost=1, success_rate=0.3, success_trials=20, customer_value=200
)


def test_a_sure_leaver_earns_the_gain_a_sure_stayer_costs_the_waste_and_others_lie_between():
    found = expected_profit(np.array([1.0, 0.0, 0.5]), CAMPAIGN)
    assert found.tolist() == pytest.approx([0.3 * 190 - 1, -11, (56 - 11) / 2])
