"""Candidates are made ahead of the months that ask for them, each once; policies do not see in which order."""

from contextlib import closing
from pathlib import Path

import pytest

from mainstay.params import Replay
from mainstay.replay import candidates, fast
from mainstay.replay.candidates import Stopped, Task
from mainstay.replay.fast import Plan, Workshop


class Months:
    """A history as far as a workshop names its months."""

    def month(self, number):
        return self

    label = "a month"
    simulated, happenings = True, ()


@pytest.fixture
def shop(monkeypatch):
    """A workshop whose every candidate is a stop, and the months that were made, in order."""
    made = []

    def make(task):
        made.append(int(task.folder.name))
        return Stopped(task.folder.name)

    monkeypatch.setattr(candidates, "make", make)
    monkeypatch.setattr(Workshop, "task", lambda self, month: Task((), self.folder / str(month), Path(), Path()))
    return Workshop(Months(), Path(), Path(), Path("runs")), made


def test_a_month_waits_for_its_own_candidate_and_not_for_later_ones(shop):
    workshop, made = shop
    with closing(workshop.begin([1, 2, 3, 4], 1, lambda _: None)):
        assert workshop.candidate(2).why == "2"
        assert made == [1, 2]


def test_a_month_that_was_not_begun_is_made_when_asked_for(shop):
    workshop, made = shop
    with closing(workshop.begin([1, 4, 7], 1, lambda _: None)):
        assert [workshop.candidate(month).why for month in (1, 5, 5, 4)] == ["1", "5", "5", "4"]
        assert made == [1, 5, 4]


def test_what_was_begun_is_finished_and_told(shop):
    workshop, made = shop
    told = []
    with closing(workshop.begin([1, 2, 3], 1, told.append)):
        workshop.candidate(1)
        workshop.finish()
    assert made == [1, 2, 3]
    assert told == ["a month: stopped: 1", "a month: stopped: 2", "a month: stopped: 3"]
    assert set(workshop.made) == {1, 2, 3}


def test_what_nobody_waits_for_any_more_is_not_made(shop):
    workshop, made = shop
    with closing(workshop.begin([1, 2, 3], 1, lambda _: None)):
        workshop.candidate(1)
    workshop.finish()
    assert made == [1]


@pytest.mark.parametrize("asked", [("never", "monthly", "mainstay", "oracle"), ("oracle",), ("mainstay", "oracle")])
def test_mainstay_waits_for_no_later_candidate_and_all_others_find_every_one(shop, monkeypatch, asked):
    workshop, _ = shop
    monkeypatch.setattr(fast, "_lived", lambda policy, shop, _: iter([((policy, len(shop.made)), ())]))
    plan = Plan(asked, (1, 2, 3), Replay(months=3, warm_up_months=1, retrain_every_months=1))
    ledger = fast.run(workshop, plan, 1, lambda _: None)
    assert ledger.lines == tuple((policy, 0 if policy == "mainstay" else 3) for policy in asked)
