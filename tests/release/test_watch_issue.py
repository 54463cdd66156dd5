import json
import os

import pytest
from loopback_github import REPOSITORY, GitHub, serving

from mainstay.release import github as client
from mainstay.release import watch_issue
from mainstay.release.watch_issue import LABEL, read

RUN = "https://github.com/acme/churn/actions/runs/7"


@pytest.fixture
def github(tmp_path):
    with serving(GitHub(tmp_path)) as serving_:
        yield serving_


def tell(
    github, tmp_path, condition="previous-better", action="rollback", status="red", why="v1 is better than v2", named=()
):
    report = tmp_path / "watch.json"
    decision = {"condition": condition, "action": action, "status": status, "why": why, "to": None, "named": named}
    report.write_text(json.dumps({"decision": decision, "state": {"current": "v2.0.0"}, "as_of": "2026-01-31"}))
    return run(github, report)


def run(github, report):
    return watch_issue.run(report, RUN, client.GitHub(github.url, REPOSITORY, "fake"))


def open_issues(github):
    return {issue["title"]: issue for issue in github.issues.values() if issue["state"] == "open"}


def test_a_condition_opens_one_issue_and_brings_it_up_to_date(github, tmp_path):
    assert "opened" in tell(github, tmp_path)
    assert "updated" in tell(github, tmp_path, why="v1 is better still")
    (issue,) = open_issues(github).values()
    assert issue["title"] == "watch: previous-better" and {"name": LABEL} in issue["labels"]
    assert "better still" in issue["body"] and RUN in issue["body"] and "v2.0.0" in issue["body"]


def test_a_column_more_is_a_comment_once_since_nobody_is_told_of_an_edit(github, tmp_path):
    def drifted(*named):
        tell(github, tmp_path, "drift", "alert", "amber", f"{', '.join(named)} moved", named)
        return [comment["body"] for comments in github.comments.values() for comment in comments]

    assert drifted("age") == [] and drifted("age") == []
    assert drifted("usage") == ["As of 2026-01-31 also: usage."]
    assert len(drifted("age", "usage")) == 1
    (issue,) = open_issues(github).values()
    issue["body"] = "somebody wrote here"
    assert len(drifted("age")) == 2, "what is not known to have been told is told"


def test_another_condition_is_another_issue(github, tmp_path):
    tell(github, tmp_path)
    tell(github, tmp_path, "drift", "alert", "amber", "usage has moved")
    assert set(open_issues(github)) == {"watch: previous-better", "watch: drift"}


def test_when_all_is_well_all_are_closed_with_a_word(github, tmp_path):
    tell(github, tmp_path)
    assert "1 issues closed" in tell(github, tmp_path, "quiet", "nothing", "green", "no evidence against v2.0.0")
    assert open_issues(github) == {}
    ((comment,),) = github.comments.values()
    assert "no evidence" in comment["body"]


def test_what_is_unknown_is_not_well(github, tmp_path):
    tell(github, tmp_path)
    tell(github, tmp_path, "outcomes-waiting", "nothing", "unknown", "no outcome is due yet")
    assert len(open_issues(github)) == 1


@pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"decision": 3}'])
def test_a_watch_that_left_no_report_is_a_condition_of_its_own(github, tmp_path, text):
    report = tmp_path / "watch.json"
    if text is not None:
        report.write_text(text)
    run(github, report)
    (issue,) = open_issues(github).values()
    assert issue["title"] == "watch: could-not-watch" and "**page**" in issue["body"]


def test_a_stranger_s_issue_of_that_title_is_left_alone(github, tmp_path):
    github.issues[5] = {"number": 5, "title": "watch: previous-better", "state": "open", "labels": [], "body": "mine"}
    tell(github, tmp_path)
    assert github.issues[5]["body"] == "mine" and len(github.issues) == 2


def test_what_a_report_says_is_one_harmless_line(tmp_path):
    report = tmp_path / "watch.json"
    decision = {"condition": "x", "action": "page", "status": "red", "why": "a\n::error::b", "to": None, "named": []}
    report.write_text(json.dumps({"decision": decision, "state": {"current": "v1"}, "as_of": "2026-01-31"}))
    assert read(report).why == "a : :error: :b"


def test_it_is_for_a_job_with_a_token(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    with pytest.raises(Exception, match="GITHUB_TOKEN"):
        watch_issue.run(tmp_path / "watch.json", RUN)
