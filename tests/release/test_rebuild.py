import pytest
import yaml
from branches import model

from mainstay.release.git import Repository
from mainstay.release.lock import MODEL, outputs
from mainstay.release.rebuild import rebuild


@pytest.fixture
def pipeline(empty):
    """A default branch whose stage `train` copies a file of git's, and a branch that left it."""

    def pipeline(cmd=f"cp source {MODEL}"):
        stage = {"cmd": cmd, "deps": ["source"], "outs": [MODEL]}
        empty.write("source", model()).write("dvc.yaml", yaml.safe_dump({"stages": {"train": stage}}))
        return empty.make(model()).commit("First model").forget(model()).switch("better")

    return pipeline


def rebuilt(branch, commit, trusted="main"):
    repository = Repository.at(branch.root)
    output = outputs(repository.file(commit, "dvc.lock"))[MODEL]
    return rebuild(repository, repository.resolve(commit), output, trusted)


def test_it_is_made_again_from_the_commit_and_no_tree_is_left(pipeline):
    branch = pipeline()
    assert rebuilt(branch, "main") == model()
    assert len((Repository.at(branch.root).ask("worktree", "list") or "").splitlines()) == 1


@pytest.mark.parametrize(("cmd", "said"), [(f"echo other > {MODEL}", "other bytes"), ("exit 3", "failed")])
def test_other_bytes_or_a_failure_are_not_accepted(pipeline, capfd, cmd, said):
    assert rebuilt(pipeline(cmd), "main") is None
    assert said in capfd.readouterr().err


def test_code_that_is_not_on_the_default_branch_is_not_run(pipeline, tmp_path_factory):
    trace = tmp_path_factory.mktemp("trace") / "ran"
    branch = pipeline()
    text = (branch.root / "dvc.yaml").read_text().replace("cp source", f"touch {trace}; cp source")
    branch.write("dvc.yaml", text).commit("Hostile")
    assert rebuilt(branch, "better") is None
    assert not trace.exists()
