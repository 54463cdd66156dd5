import asyncio

from imports import ROOT

from mainstay import params
from mainstay.serving.exposition import Counts
from mainstay.serving.hub import ENOUGH, Hub
from mainstay.serving.request import Answer, Later, Request
from mainstay.serving.routes import Routes

LIMITS = params.load(ROOT / "params.yaml", "serve")
ASKED = Request(b"POST", b"/predict", b"", {}, b"{}")


class Office:
    """A hub whose `turns` say how many ask in each turn of its loop; what it answered together, and sent when."""

    def __init__(self, *turns):
        self.turns, self.waiting, self.together, self.sent_after = list(turns), [], [], []
        self.hub = Hub(Routes({}, {b"/predict": self.later}), Counts(), set(), LIMITS, self.settle)

    def later(self, request):
        self.waiting.append(Later(request.body))
        return self.waiting[-1]

    def settle(self):
        self.together.append(len(self.waiting))
        for one in self.waiting:
            one.answer = Answer(b"")
        self.waiting.clear()

    def flush(self):
        self.sent_after.append(sum(self.together))

    async def run(self):
        for number in self.turns:
            for _ in range(number):
                self.hub.answer(ASKED, shed=False)
                self.hub.send(self)
            await asyncio.sleep(0)
        while self.waiting:
            await asyncio.sleep(0)
        return self


def opened(*turns):
    return asyncio.run(Office(*turns).run())


def test_whoever_asks_while_others_are_read_comes_along():
    assert opened(3, 2, 1).together == [6]


def test_whoever_asks_alone_is_answered_after_one_more_look():
    assert opened(1, 0, 0, 1).together == [1, 1]
    assert opened(1).together == [1]
    assert opened(3, 0, 0, 1, 1).together == [3, 2], "however many asked before"


def test_enough_do_not_wait_for_more():
    assert opened(ENOUGH, 1).together == [ENOUGH, 1]
    assert opened(ENOUGH - 1, 1, 1).together == [ENOUGH, 1]


def test_nothing_is_sent_before_it_is_answered_and_each_is_counted():
    office = opened(2, 1)
    assert office.sent_after == [3, 3, 3]
    assert office.hub.counts.answers == {200: 3} and sum(office.hub.counts.latency.counts) == 3
