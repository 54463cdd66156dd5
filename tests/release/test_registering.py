"""The verbs as they are typed."""

import json

import pytest
from click.testing import CliRunner
from sandbox import git

from mainstay.cli import verbs
from mainstay.refusal import Refusal


@pytest.fixture
def typed(shipped, monkeypatch):
    monkeypatch.chdir(shipped.branch.root)

    def typed(*words):
        listed = ("--allowed-signers", str(shipped.keys.allowed_signers), "--keys", str(shipped.keys.folder))
        return CliRunner().invoke(verbs, [*words, *listed], catch_exceptions=False)

    return typed


def test_a_rollback_is_told_in_a_line_and_brought_into_the_clone(typed, shipped):
    done = typed("rollback", "production", "--why", "complaints", "--by", "Ada")
    assert (done.exit_code, done.output) == (0, "churn#production#5: production serves v1.0.0 again\n")
    assert git(shipped.branch.root, "tag", "--list", "churn#production#5").strip()
    assert "rollback by Ada: complaints" in typed("status").output


def test_promotion_says_whether_anything_changed(typed):
    assert typed("promote", "v1.0.1", "staging", "--by", "Ada").output == "churn#staging#5: staging serves v1.0.1\n"
    assert (
        typed("promote", "v1.0.1", "staging", "--by", "Ada").output
        == "churn#staging#5: staging serves already v1.0.1\n"
    )


def test_a_release_of_what_is_released_is_no_change(typed):
    assert "no change, nothing released" in typed("release").output


def test_history_is_for_programs_too(typed):
    document = json.loads(typed("history", "--limit", "1", "--json").output)
    assert document["refused"] == {} and document["events"][0]["tag"] == "churn#production#4"


def test_a_team_s_keys_are_made_and_told_where_each_goes(tmp_path):
    done = CliRunner().invoke(verbs, ["keys", "init", "--to", str(tmp_path / "keys"), "--owner", "example.org"])
    assert (
        done.exit_code == 0
        and "may promote to production" in done.output
        and "never into the repository" in done.output
    )
    assert "rollback@example.org" in (tmp_path / "keys/allowed_signers").read_text()


def test_a_team_s_keys_are_not_made_in_a_repository(shop):
    with pytest.raises(Refusal, match="lies in a git repository"):
        CliRunner().invoke(
            verbs,
            ["keys", "init", "--to", str(shop.branch.root / "keys"), "--owner", "x"],
            catch_exceptions=False,
        )
