"""`mainstay gate` in a clone whose pipeline really ran: as in the README, and with the champion's bytes lost."""

import hashlib
import json
import shutil

import pytest
import yaml
from sandbox import SMALL, clone, git, repro, run, set_params

pytestmark = pytest.mark.slow  # tests of the workflows run the gate in clones, too

POOR = {"model": "boosting", "boosting": {"max_leaf_nodes": 2, "max_iter": 2}}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    project = clone(tmp_path_factory.mktemp("gate") / "churn", SMALL)
    repro(project)
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "First model")
    return project


@pytest.fixture(scope="module")
def worse(finished):
    """A branch whose model is poor, its run finished."""
    git(finished, "switch", "--quiet", "--create", "worse")
    boosting = {**_section(finished, "train")["boosting"], **POOR["boosting"]}
    set_params(finished, {"train": {"model": POOR["model"], "boosting": boosting}})
    repro(finished)
    return finished


def _section(project, name):
    return yaml.safe_load((project / "params.yaml").read_text())[name]


def test_the_model_of_the_default_branch_is_no_change(finished):
    done = run(finished, "mainstay", "gate")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("pass: no change")


def test_a_worse_model_exits_with_1_and_says_why_in_one_line(worse):
    done = run(worse, "mainstay", "gate")
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.splitlines()[0].startswith("fail: ROC AUC")
    document = json.loads((worse / "reports/gate.json").read_text())
    assert document["verdict"]["answer"] == "fail" and document["kind"] == "comparison"
    assert document["digests"]["candidate"] == hashlib.sha256((worse / "data/model.onnx").read_bytes()).hexdigest()


def test_a_champion_whose_bytes_are_lost_is_made_again_and_believed_only_if_the_same(worse):
    champion = (worse / "reports/champion.onnx").read_bytes()
    md5 = hashlib.md5(champion).hexdigest()  # noqa: S324
    (worse / ".dvc/cache/files/md5" / md5[:2] / md5[2:]).unlink()
    shutil.rmtree(worse / ".dvc/cache/runs", ignore_errors=True)
    done = run(worse, "mainstay", "gate")
    assert "making it again" in done.stderr and done.returncode == 1, done.stdout + done.stderr
    assert (worse / "reports/champion.onnx").read_bytes() == champion
    assert len(git(worse, "worktree", "list").splitlines()) == 1, "the tree it was made in is gone"
