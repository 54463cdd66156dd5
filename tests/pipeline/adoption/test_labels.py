import pytest

from mainstay.pipeline.adoption.labels import labels
from mainstay.refusal import Refusal


@pytest.mark.parametrize(
    ("seen", "positive", "wanted"),
    [
        ({"Yes": 1, "No": 3}, "Yes", ("Yes", "No")),
        ({"Yes": 1, "No": 3}, None, ("Yes", "No")),
        ({"0": 3, "1": 1}, None, ("1", "0")),
        ({"true": 1, "false": 3}, None, ("true", "false")),
        ({"Stayed": 3, "Churned": 1}, None, ("Churned", "Stayed")),
        ({"No": 3, "Yes": 1}, "No", ("No", "Yes")),
        ({"Stayed": 3, "Churned": 1, "Joined": 2}, "Churned", ("Churned", None)),
    ],
)
def test_what_means_having_left_is_taken_or_guessed(seen, positive, wanted):
    assert labels(seen, "status", positive) == wanted


@pytest.mark.parametrize(
    ("seen", "positive", "said"),
    [
        ({"a": 1, "b": 3}, None, "say with --positive"),
        ({"Stayed": 3, "Churned": 1, "Joined": 2}, None, "say with --positive"),
        ({"1": 1, "yes": 3}, None, "say with --positive"),
        ({}, None, "no value at all"),
        ({"Yes": 1, "No": 3}, "yes", "but no 'yes'"),
        ({"Yes": 4}, "Yes", "customers who stayed"),
    ],
)
def test_what_cannot_be_told_is_asked_for_with_the_values_that_were_seen(seen, positive, said):
    with pytest.raises(Refusal) as refused:
        labels(seen, "status", positive)
    assert said in str(refused.value) and "'status'" in str(refused.value)
    assert all(repr(value) in str(refused.value) for value in seen)
