"""What a branch may try, and gets a failed check for. A check that is absent would not let it merge either."""

import hashlib
import json
import shutil

import pytest
import yaml
from company import REPOSITORY

EXIT_0 = """
name: report
on: pull_request
jobs:
  candidate:
    runs-on: ubuntu-latest
    steps:
      - run: exit 0
"""


def blocked(github, pull, judged):
    """The summary of the one check on the head commit, which is a failure."""
    assert judged.jobs["judge"] == "failure", judged.printed[-5000:]
    (check,) = github.said_by(pull["head"]["sha"])
    assert (check["name"], check["status"], check["conclusion"]) == ("mainstay/gate", "completed", "failure")
    return check["output"]["summary"]


def test_a_lock_that_is_not_what_the_code_makes(company, github):
    params = (company.origin / "params.yaml").read_text()
    assert "noise_share: 0.01" in params
    sha = company.push("stale", "main", {"params.yaml": params.replace("noise_share: 0.01", "noise_share: 0.02")})
    pull = github.open_pull(7, "stale", sha)
    run, reported = company.report(pull)
    assert reported.jobs == {"candidate": "failure"}
    assert reported.steps["candidate", "prove that what was committed is what this code makes"] == "failure"
    judged = company.judge(github, pull, run, conclusion="failure")
    assert "run `dvc repro`" in blocked(github, pull, judged).replace("&#96;", "`")
    assert len(github.comments[7]) == 1, "its author is told"


def test_a_fork_with_a_hostile_branch_name_and_title_is_judged_like_any_other(company, github, reports):
    sha = company.push("x", "improving", {"docs/x.md": "x\n"}, to="refs/pull/11/head")
    pwned = company.scratch / "pwned"
    name = f'x";touch${{IFS}}{pwned};#`touch${{IFS}}{pwned}`'
    pull = github.open_pull(11, name, sha, "stranger/churn", title=f"$(touch {pwned}) <script>alert(1)</script> @all")
    run, reported = company.report(pull)
    assert reported.jobs == {"candidate": "success"}, reported.printed[-5000:]
    judged = company.judge(github, pull, run)
    assert judged.jobs == {"judge": "success", "post": "success"}, judged.printed[-5000:]
    assert [check["conclusion"] for check in github.said_by(sha)] == ["success"]
    assert not pwned.exists()
    assert "<script>" not in github.comments[11][0]["body"] and "@all" not in github.comments[11][0]["body"]


def test_a_fork_whose_report_yaml_says_exit_0(company, github):
    sha = company.push("x", "worse", {".github/workflows/report.yaml": EXIT_0}, to="refs/pull/12/head")
    pull = github.open_pull(12, "easy", sha, "stranger/churn")
    run, reported = company.report(pull)
    assert reported.jobs == {"candidate": "success"}, "that much a branch may say of itself"
    assert "Could not judge" in blocked(github, pull, company.judge(github, pull, run))
    assert github.comments == {}, "whose pull request it is was never shown"


def test_an_artifact_that_claims_another_pull_request(company, github, reports):
    good, bad = (github.open_pull(n, branch, company.sha(branch)) for n, branch in ((7, "improving"), (8, "worse")))
    run = company.hand_over(reports(good)[0])
    (company.artifact(run) / "pull_request.json").write_text(json.dumps({"number": 7}))
    judged = company.judge(github, bad, run)
    assert "pull request 7: its head branch is improving, that of the run worse" in blocked(github, bad, judged)
    assert github.said_by(good["head"]["sha"]) == [], "nothing is said of the other"
    assert github.comments == {}


def test_an_artifact_whose_model_is_not_the_one_that_was_committed(company, github, reports):
    good, bad = (github.open_pull(n, branch, company.sha(branch)) for n, branch in ((7, "improving"), (8, "worse")))
    run, better = company.hand_over(reports(bad)[0]), company.artifact(reports(good)[0])
    shutil.copyfile(better / "data/model.onnx", company.artifact(run) / "data/model.onnx")
    judged = company.judge(github, bad, run)
    assert "that committed in dvc.lock" in blocked(github, bad, judged).replace("\\", "")


def test_an_artifact_with_code_in_it(company, github, reports):
    pull = github.open_pull(7, "worse", company.sha("worse"))
    run = company.hand_over(reports(pull)[0])
    code = company.artifact(run) / "src/mainstay/release/gate.py"
    code.parent.mkdir(parents=True)
    code.write_text("raise SystemExit(0)\n")
    assert "no file of a candidate" in blocked(github, pull, company.judge(github, pull, run))


FORGED = {
    "metrics/stress.json": ({"stress": {"max_noise_shift": 1e-12}}, "verdict on behaviour"),
    "metrics/split.json": ({}, "verdict on split"),
}
"""What a branch forges -> what the default branch's params.yaml changes for it to be needed, and who finds it."""


@pytest.mark.parametrize("name", FORGED)
def test_a_verdict_of_an_earlier_judge_that_was_forged_along_with_its_digest(company, github, reports, name):
    strict, finder = FORGED[name]
    run = company.hand_over(reports(github.open_pull(7, "improving", company.sha("improving")))[0])
    main = {"params.yaml": with_params((company.origin / "params.yaml").read_text(), strict)}
    if name == "metrics/split.json":
        main[name] = failed((company.origin / name).read_text())
    other = company.with_main(main)
    artifact = company.artifact(run)
    honest, passed = (artifact / name).read_bytes(), json.dumps({"verdict": {"answer": "pass", "reasons": []}}).encode()
    lock = (artifact / "dvc.lock").read_text().replace(md5(honest), md5(passed))
    forged = {"params.yaml": with_params((artifact / "params.yaml").read_text(), strict), name: passed.decode()}
    files = forged | {"dvc.lock": lock.replace(f"size: {len(honest)}\n", f"size: {len(passed)}\n")}
    for path, text in files.items():
        (artifact / path).write_text(text)
    github.origin = other.origin
    pull = github.open_pull(7, "forged", other.push("forged", "improving", files))
    judged = other.judge(github, pull, run)
    assert judged.steps["judge", "check that the candidate is what it claims to be"] == "success", "it is well forged"
    assert finder.split()[-1] in blocked(github, pull, judged)


def with_params(text, changes):
    document = yaml.safe_load(text)
    for section, values in changes.items():
        document[section] |= values
    return yaml.safe_dump(document, sort_keys=False)


def failed(text):
    return json.dumps(json.loads(text) | {"verdict": {"answer": "fail", "reasons": ["the two sides differ"]}})


def md5(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def test_a_github_that_does_not_answer_leaves_a_failed_check(company, github, reports):
    pull = github.open_pull(7, "improving", company.sha("improving"))
    run, _ = reports(pull)
    del github.pulls[7]
    assert "Could not judge" in blocked(github, pull, company.judge(github, pull, run))
    assert REPOSITORY and github.comments == {}
