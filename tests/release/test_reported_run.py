import json

import pytest

from mainstay.refusal import Refusal
from mainstay.release.reported_run import ReportedRun, belongs, read

RUN = ReportedRun(
    event="pull_request",
    conclusion="success",
    began_at="2026-03-01T10:00:00Z",
    head_sha="a" * 40,
    head_branch="better",
    head_repository="stranger/churn",
    repository="acme/churn",
    default_branch="main",
)


def pull(**changed):
    head = {"ref": "better", "sha": "a" * 40, "repo": {"full_name": "stranger/churn"}}
    return {"number": 7, "state": "open", "base": {"ref": "main"}, "head": head} | changed


def test_the_pull_request_of_the_run_belongs_to_it():
    belongs(pull(), RUN)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"state": "closed"}, "state is closed"),
        ({"base": {"ref": "release"}}, "base is release"),
        ({"head": pull()["head"] | {"sha": "b" * 40}}, "head commit is bbb"),
        ({"head": pull()["head"] | {"ref": "worse"}}, "head branch is worse"),
        ({"head": pull()["head"] | {"repo": {"full_name": "acme/churn"}}}, "head repository is acme/churn"),
        ({"head": pull()["head"] | {"repo": None}}, "head repository is None"),
        ({"head": None}, "head"),
    ],
)
def test_any_other_does_not(changed, said):
    with pytest.raises(Refusal, match=said):
        belongs(pull(**changed), RUN)


QUEUE = "gh-readonly-queue/main/pr-7-" + "c" * 40


@pytest.mark.parametrize(
    ("event", "branch", "repository", "number"),
    [
        ("merge_group", QUEUE, "acme/churn", 7),
        ("merge_group", QUEUE, "stranger/churn", None),
        ("pull_request", QUEUE, "acme/churn", None),
        ("merge_group", f"x/{QUEUE}", "acme/churn", None),
        ("merge_group", "main", "acme/churn", None),
    ],
)
def test_a_merge_queue_s_number_is_read_off_its_branch(event, branch, repository, number):
    told = ReportedRun(event, "success", "", "a" * 40, branch, repository, "acme/churn", "main")
    assert told.queued_number == number


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"workflow_run": {}, "repository": {}})])
def test_an_event_of_no_run_is_refused(tmp_path, text):
    (tmp_path / "event.json").write_text(text)
    with pytest.raises(Refusal, match="tells of no finished run"):
        read(tmp_path / "event.json")
