import pytest
from sandbox import git

from mainstay.refusal import Refusal
from mainstay.release.registry import opened
from mainstay.trust import tag_object


def test_a_channel_serves_by_its_highest_counter_that_holds(shipped):
    with opened(shipped.access) as registry:
        assert registry.serves("production").name == "churn#production#4"
        assert registry.serves("nowhere") is None
        assert registry.newest_release().manifest.release == "v1.0.1"
        assert registry.accepted() == {"v1.0.0", "v1.0.1"}


def test_what_a_commit_was_is_asked_for_by_itself(shipped):
    with opened(shipped.access) as registry:
        first = registry.release("v1.0.0").tag.target
        assert [e.name for e in registry.channel("production", first)] == ["churn#production#2"]


def test_dates_only_grow_even_after_a_clock_that_was_ahead(shipped, monkeypatch):
    clone = shipped.branch.root
    monkeypatch.setenv("GIT_COMMITTER_DATE", "4000000000 +0000")
    git(clone, "tag", "--annotate", "--message", "x", "churn#staging#9")
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    git(clone, "push", "--quiet", "origin", "refs/tags/churn#staging#9")
    with opened(shipped.access) as registry:
        assert registry.next_epoch_s() == 4_000_000_001
    shipped.roll_back()
    raw = git(shipped.root / "origin.git", "cat-file", "tag", "churn#production#10").encode()
    assert tag_object.read(raw, "x").epoch_s == 4_000_000_001


def test_a_replay_dates_its_tags_by_itself_and_nonsense_is_no_date(shipped, monkeypatch):
    with opened(shipped.access) as registry:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "4000000000")
        assert registry.next_epoch_s() == 4_000_000_000
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
        assert registry.next_epoch_s() < 4_000_000_000


def test_a_release_that_nobody_signed_is_passed_over_and_its_number_too(shipped):
    git(shipped.branch.root, "tag", "--annotate", "--message", "mine", "churn@v7.0.0")
    git(shipped.branch.root, "push", "--quiet", "origin", "refs/tags/churn@v7.0.0")
    with opened(shipped.access) as registry:
        assert registry.newest_release().manifest.release == "v1.0.1" and set(registry.refused) == {"churn@v7.0.0"}
    assert shipped.better("third").release().name == "churn@v7.0.1"


def test_a_release_that_is_not_there_is_told(released):
    with opened(released.access) as registry, pytest.raises(Refusal, match="its last are v1"):
        registry.release("v2.0.0")
