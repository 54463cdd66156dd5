import pytest

from mainstay.pipeline.world.stream import Stream


def drawn(seed=7, month=3, purpose="leaving"):
    return Stream(seed, month).of(purpose).random(4).tolist()


def test_the_same_key_draws_the_same():
    assert drawn() == drawn()


@pytest.mark.parametrize("other", [{"seed": 8}, {"month": 4}, {"purpose": "calls"}])
def test_any_other_key_draws_others(other):
    assert drawn() != drawn(**other)
