import pytest

from mainstay.serving.problem import Problem
from mainstay.serving.request import Answer
from mainstay.serving.together import Together

FIRST, SECOND = object(), object()
"""Releases; that they differ is all that matters here."""


def echo(loaded, body):
    if body == b"bad":
        raise Problem(422, "no")
    if body == b"bug":
        raise ZeroDivisionError
    return Answer(b"alone " + body)


def made(calls, all_at_once=lambda bodies: [Answer(body) for body in bodies]):
    def noted(loaded, bodies):
        calls.append((loaded, bodies))
        return all_at_once(bodies)

    return Together(noted, echo)


def settled(together, *bodies):
    waiting = [together.add(FIRST, body) for body in bodies]
    assert all(one.answer is None for one in waiting), "nothing is answered before its time"
    together.settle()
    return [one.answer for one in waiting]


def test_those_who_wait_are_answered_at_once_each_by_its_own():
    calls = []
    assert [answer.body for answer in settled(made(calls), b"1", b"2", b"3")] == [b"1", b"2", b"3"]
    assert calls == [(FIRST, [b"1", b"2", b"3"])]


def test_nobody_is_answered_twice():
    calls = []
    together = made(calls)
    settled(together, b"1")
    together.settle()
    settled(together, b"2")
    assert [bodies for _, bodies in calls] == [[b"1"], [b"2"]]


def test_where_one_needs_a_closer_look_each_is_answered_alone():
    answers = settled(made([], lambda bodies: None), b"1", b"bad", b"2")
    assert [answer.status for answer in answers] == [200, 422, 200]
    assert [answers[n].body for n in (0, 2)] == [b"alone 1", b"alone 2"]


@pytest.mark.parametrize("returned", [lambda bodies: 1 / 0, lambda bodies: None])
def test_a_fault_of_ours_is_a_500_for_none_but_its_own(returned, capsys):
    answers = settled(made([], returned), b"1", b"bug")
    assert [answer.status for answer in answers] == [200, 500]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_each_is_answered_by_the_release_that_answered_when_it_came():
    calls = []
    together = made(calls)
    first, second = together.add(FIRST, b"1"), together.add(SECOND, b"2")
    assert first.answer.body == b"1" and second.answer is None
    together.settle()
    assert second.answer.body == b"2" and calls == [(FIRST, [b"1"]), (SECOND, [b"2"])]
