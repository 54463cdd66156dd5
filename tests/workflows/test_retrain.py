"""New rows become a pull request, which is judged as any other; rows that are not fit become none."""

import act
import pytest
import sandbox
from pulls import concluded

SETTINGS = act.Settings({"RUNNER": "ubuntu-latest"}, {"RETRAIN_TOKEN": "fake"})


@pytest.fixture(scope="module")
def retrained(company):
    """A company of its own, for its branches are counted."""
    return company.with_main({"docs/notes.md": "A note.\n"})


def branches(company):
    return sandbox.git(company.origin, "for-each-ref", "--format=%(refname:short)", "refs/heads/retrain-*").split()


@pytest.mark.slow
def test_another_month_is_proposed_once_and_judged_as_any_other(retrained, github):
    github.origin = retrained.origin
    ran = retrained.retrain(github, SETTINGS, "asked $(id) for")
    assert ran.jobs == {"retrain": "success"}, ran.printed[-5000:]
    (branch,) = branches(retrained)
    (pull,) = github.pulls.values()
    assert pull["head"]["ref"] == branch and "asked $(id) for" in pull["body"]
    again = retrained.retrain(github, SETTINGS, "again")
    assert again.jobs == {"retrain": "success"} and len(github.pulls) == 1 and branches(retrained) == [branch]
    run, reported = retrained.report(pull)
    assert reported.jobs == {"candidate": "success"}, reported.printed[-5000:]
    judged = retrained.judge(github, pull, run)
    assert concluded(github, pull) == {"success": "success", "failure": "failure"}[judged.jobs["judge"]]
    assert "ROC AUC" in github.comments[pull["number"]][0]["body"]


def test_rows_that_are_not_fit_are_neither_trained_on_nor_proposed(company, github):
    params = (company.origin / "params.yaml").read_text()
    other = company.with_main({"params.yaml": params.replace("min_rows: 200", "min_rows: 1000000")})
    ran = other.retrain(github, SETTINGS, "new rows")
    assert ran.jobs == {"retrain": "failure"}, ran.printed[-5000:]
    assert "rows were kept, wanted at least 1000000" in ran.printed and "Running stage 'train'" not in ran.printed
    assert branches(other) == [] and not github.pulls
