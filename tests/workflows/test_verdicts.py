"""What a pull request of good faith gets to see: a verdict, a check, one comment."""

import pytest
import yaml
from pulls import concluded, opened


def test_an_improving_branch_may_merge(company, github, reports):
    pull = opened(github, company, "improving")
    run, reported = reports(pull)
    assert reported.jobs == {"candidate": "success"}, reported.printed[-5000:]
    judged = company.judge(github, pull, run)
    assert judged.jobs == {"judge": "success", "post": "success"}, judged.printed[-5000:]
    assert concluded(github, pull) == "success"
    (comment,) = github.comments[7]
    assert "CML watermark mainstay-gate" in comment["body"]
    assert f"git switch --detach {pull['head']['sha']}" in comment["body"]


def test_a_worse_branch_is_blocked_and_a_second_push_edits_its_comment(company, github, reports):
    worse = opened(github, company, "worse")
    run, reported = reports(worse)
    assert reported.jobs == {"candidate": "success"}, "building is no judging"
    assert reported.steps["candidate", "judge it, as advice to its author"] == "failure"
    judged = company.judge(github, worse, run)
    assert judged.jobs == {"judge": "failure", "post": "success"}, judged.printed[-5000:]
    assert concluded(github, worse) == "failure"
    (first,) = [dict(comment) for comment in github.comments[7]]
    better = github.open_pull(7, "worse", company.sha("improving"))
    company.judge(github, better, reports(better)[0])
    assert concluded(github, better) == "success"
    (second,) = github.comments[7]
    assert second["id"] == first["id"] and second["body"] != first["body"]
    assert ("PATCH", "/repos/acme/churn/issues/comments/1") in github.requests


def test_a_change_of_docs_trains_nothing_and_may_merge(company, github):
    sha = company.push("docs", "main", {"docs/notes.md": "A note.\n"})
    pull = github.open_pull(7, "docs", sha)
    run, reported = company.report(pull)
    assert reported.jobs == {"candidate": "success"}, reported.printed[-5000:]
    assert "Running stage" not in reported.printed
    judged = company.judge(github, pull, run)
    assert "Running stage" not in judged.printed and "no change" in judged.printed
    assert concluded(github, pull) == "success"


def test_a_champion_whose_bytes_are_lost_lets_nothing_merge(company, github, reports):
    lock = (company.origin / "dvc.lock").read_text()
    made = yaml.safe_load(lock)["stages"]["train"]["outs"][0]["md5"]
    pull = opened(github, company, "improving")
    other = company.with_main({"dvc.lock": lock.replace(made, "deadbeef" * 4)})
    judged = other.judge(github, pull, reports(pull)[0])
    assert judged.jobs["judge"] == "failure"
    assert "could not be made again with the same bytes" in judged.printed
    assert concluded(github, pull) == "failure"


@pytest.mark.slow
def test_new_data_are_made_into_test_rows_by_the_base_s_code(company, github):
    company.build("later", {"simulate": {"months": 11}})
    pull = opened(github, company, "later")
    run, reported = company.report(pull)
    assert reported.jobs == {"candidate": "success"}, reported.printed[-5000:]
    judged = company.judge(github, pull, run)
    assert "reports/rows: rows of the data that the branch brings" in judged.printed
    assert "ROC AUC" in github.comments[7][0]["body"]
    assert concluded(github, pull) == {"success": "success", "failure": "failure"}[judged.jobs["judge"]]
