from mainstay.refusal import Refusal
from mainstay.serving.patience import Patience, backoff_s

WHY = Refusal("why")


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_waits_double_up_to_the_most():
    assert [backoff_s(n, 5, 60) for n in (0, 1, 2, 3, 4, 5, 6, 10_000)] == [5, 5, 10, 20, 40, 60, 60, 60]


def test_what_failed_is_left_alone_longer_each_time():
    clock = Clock()
    patience = Patience(5, 60, clock)
    assert patience.waits("a") is None
    assert patience.failed("a", WHY) is WHY
    clock.now += 4.9
    assert patience.waits("a") is WHY and patience.waits("b") is None
    clock.now += 0.1
    assert patience.waits("a") is None
    patience.failed("a", WHY)
    clock.now += 9.9
    assert patience.waits("a") is WHY


def test_what_is_looked_at_no_more_is_forgotten():
    patience = Patience(5, 60, Clock())
    patience.failed("a", WHY)
    patience.failed("b", WHY)
    patience.only(["b", "c"])
    assert patience.waits("a") is None and patience.waits("b") is WHY
    patience.forget()
    assert patience.waits("b") is None
