import pytest

from mainstay.refusal import Refusal
from mainstay.release.labels import ACCEPT_INCONCLUSIVE, answered

ROLES = {"olga": "write", "bo": "read", "mallory": "write", "adam": "admin"}
BEGAN = "2026-03-01T10:00:00Z"


def event(by, at="2026-03-01T11:00:00Z", label=ACCEPT_INCONCLUSIVE, kind="labeled"):
    return {"event": kind, "label": {"name": label}, "actor": {"login": by}, "created_at": at}


def answer(events, present=(ACCEPT_INCONCLUSIVE,), since=BEGAN):
    return answered(ACCEPT_INCONCLUSIVE, present, events, since, {"olga", "bo"}, lambda login: ROLES.get(login, "none"))


@pytest.mark.parametrize(
    ("events", "counts"),
    [
        ([event("olga")], True),
        ([event("adam")], True),
        ([event("mallory")], False),
        ([event("bo")], False),
        ([event("nobody")], False),
        ([event("olga"), event("mallory")], False),
        ([event("mallory"), event("olga")], True),
        ([event("olga", at="2026-03-01T09:00:00Z")], False),
        ([event("olga", at=BEGAN)], False),
        ([event("olga", at="2026-03-01T11:30:00+02:00")], False),
        ([event("olga", label="bug")], False),
        ([event("olga", kind="unlabeled")], False),
        ([], False),
    ],
)
def test_a_label_counts_if_a_code_owner_set_it_last_and_since_the_run_began(events, counts):
    assert answer(events).counts is counts


def test_a_label_that_was_taken_off_does_not_count():
    assert not answer([event("olga"), event("olga", kind="unlabeled")], present=()).counts


def test_a_merge_queue_asks_for_no_time():
    assert answer([event("olga", at="2020-01-01T00:00:00Z")], since=None).counts


def test_who_set_it_is_on_the_record():
    found = answer([event("olga")])
    assert (found.by, found.sentence) == ("olga", "`accept-inconclusive` was set by olga")


@pytest.mark.parametrize("at", [None, "", "yesterday"])
def test_a_time_that_cannot_be_read_is_refused(at):
    with pytest.raises(Refusal, match="wanted ISO 8601"):
        answer([event("olga", at=at)])
