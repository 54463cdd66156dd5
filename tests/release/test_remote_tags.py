import pytest
from sandbox import git

from mainstay.refusal import Refusal
from mainstay.release.remote_tags import scratch, shown


def test_tags_are_listed_with_the_commits_that_they_point_at(released):
    with scratch(released.url) as own:
        listed = own.listed()
    assert listed.ids == {"churn@v1.0.0": git(released.root / "origin.git", "rev-parse", "churn@v1.0.0").strip()}
    assert listed.commits == {"churn@v1.0.0": git(released.branch.root, "rev-parse", "HEAD").strip()}


def test_other_tags_are_no_concern(released):
    git(released.root / "origin.git", "tag", "unrelated", "main")
    with scratch(released.url) as own:
        assert set(own.listed().ids) == {"churn@v1.0.0"}


def test_what_is_fetched_is_what_git_stores_byte_for_byte(released):
    with scratch(released.url) as own:
        raw = own.raw("churn@v1.0.0")
    assert raw.decode() == git(released.root / "origin.git", "cat-file", "tag", "churn@v1.0.0")


def test_a_tag_is_never_pushed_over_another(released):
    with scratch(released.url, released.branch.root) as own:
        own.git(
            "tag",
            "--annotate",
            "--message",
            "mine",
            "churn@v1.0.0",
            git(released.branch.root, "rev-parse", "HEAD").strip(),
        )
        why, _ = own.push("churn@v1.0.0")
    assert "already exists" in why
    assert "BEGIN SSH SIGNATURE" in git(released.root / "origin.git", "cat-file", "tag", "churn@v1.0.0")


def test_a_remote_that_cannot_be_asked_is_told_of_in_a_line(tmp_path):
    with scratch(str(tmp_path / "nowhere")) as own, pytest.raises(Refusal, match="git ls-remote failed"):
        own.listed()


def test_passwords_are_not_shown():
    assert shown("https://ada:secret@example.org/x.git") == "https://example.org/x.git"
    assert shown("git@example.org:x.git") == "git@example.org:x.git"
