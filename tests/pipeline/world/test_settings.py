import pytest
from business import settings

from mainstay.pipeline.world.settings import check
from mainstay.refusal import Refusal


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"start": "2023-01-15"}, "start is 2023-01-15; wanted the first"),
        ({"months": 0}, "months is 0"),
        ({"leaving": {"rate": 0.0}}, "leaving.rate is 0.0"),
        ({"leaving": {"alike": -1.0}}, "leaving.alike"),
        ({"effects": {"channel": {"web": 1.0}}}, "effects.channel names web; wanted web, shop"),
        ({"effects": {"tenure": [1.0]}}, "effects.tenure_at_month"),
        ({"effects": {"extras": 0.0}}, "effects.extras is 0.0; wanted factors above 0"),
        ({"gaps": {"silent_at_satisfaction": [0.1]}}, "has 1 shares; wanted 5"),
        ({"gaps": {"at_random": 1.5}}, "saw 1.5"),
    ],
)
def test_a_number_that_makes_no_world_is_named(changes, said):
    with pytest.raises(Refusal, match=r"params\.yaml: simulate") as refused:
        check(settings(**changes))
    assert said in str(refused.value)


def test_the_shipped_numbers_make_a_world():
    assert check(settings()) is None
