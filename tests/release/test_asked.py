import json

import pytest

from mainstay.release import asked
from mainstay.release.asked import NotPassed, taken
from mainstay.release.git import Repository

DOCUMENT = {
    "verdict": {"answer": "inconclusive", "reasons": ["too few rows"]},
    "sentence": "too few rows",
    "digests": {"candidate": "a"},
    "champion": {"digest": None},
}


def test_an_inconclusive_verdict_is_taken_by_name_only():
    with pytest.raises(NotPassed, match="--accepted-by NAME"):
        taken(DOCUMENT, None)
    found = taken(DOCUMENT, "Ada")
    assert (found.answer, found.accepted_by, found.reasons) == ("inconclusive", "Ada", ["too few rows"])


def test_nobody_takes_a_fail():
    with pytest.raises(NotPassed, match="the gate says fail"):
        taken(DOCUMENT | {"verdict": {"answer": "fail", "reasons": ["worse"]}}, "Ada")


def test_a_pass_needs_nobody():
    assert taken(DOCUMENT | {"verdict": {"answer": "pass", "reasons": []}}, "Ada").accepted_by is None


@pytest.fixture
def counted(monkeypatch):
    """How often the gate was asked."""
    calls = []
    real = asked.gate
    monkeypatch.setattr(asked, "gate", lambda *given: calls.append(given) or real(*given))
    return calls


def ask(shop, champion=None):
    from mainstay.release.releasing import read

    repository = Repository.at(shop.branch.root)
    return asked.asked(repository, champion, read(repository).model.sha256, None)


def test_a_verdict_on_the_same_digests_is_used_again(shop, counted):
    assert ask(shop) == ask(shop)
    assert len(counted) == 1


@pytest.mark.parametrize("changed", ["candidate", "champion", "test_rows", "contract", "gate"])
def test_a_verdict_on_anything_else_is_not(shop, counted, changed):
    ask(shop)
    path = shop.branch.root / "reports/gate.json"
    document = json.loads(path.read_text())
    document["digests"][changed] = "0" * 64
    path.write_text(json.dumps(document))
    ask(shop)
    assert len(counted) == 2


def test_no_change_is_no_verdict_to_release_on(shop, counted):
    ask(shop)
    path = shop.branch.root / "reports/gate.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"kind": "no change"}))
    ask(shop)
    assert len(counted) == 2
