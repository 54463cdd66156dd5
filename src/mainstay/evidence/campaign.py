"""What one contact is expected to earn, in EUR. Imports nothing heavy: scoring a book starts with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mainstay.params import Profit

if TYPE_CHECKING:
    import numpy as np


def gain(campaign: Profit) -> float:
    """EUR from contacting one who would leave."""
    return campaign.success_rate * (campaign.customer_value - campaign.offer_cost) - campaign.contact_cost


def waste(campaign: Profit) -> float:
    """EUR lost by contacting one who would stay."""
    return campaign.offer_cost + campaign.contact_cost


def expected_profit(probability: np.ndarray, campaign: Profit) -> np.ndarray:
    """EUR that contacting a customer is expected to earn, by the customer's probability of churn."""
    return probability * gain(campaign) - (1 - probability) * waste(campaign)
