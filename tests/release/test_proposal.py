import pytest
from sandbox import git

from mainstay.refusal import Refusal
from mainstay.release import proposal
from mainstay.release.proposal import MAX_WHY, propose


@pytest.fixture
def clone(tmp_path):
    """A clone with one commit, and its origin."""
    origin, clone = tmp_path / "origin.git", tmp_path / "clone"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    (clone / "dvc.lock").write_text("schema: '2.0'\n")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "First")
    return clone


def said(clone, tmp_path, why="new rows"):
    output = tmp_path / "output"
    output.unlink(missing_ok=True)
    text = proposal.run(clone, why, output)
    return text, dict(line.split("=", 1) for line in output.read_text().splitlines())


def test_nothing_new_is_no_proposal(clone, tmp_path):
    text, outputs = said(clone, tmp_path)
    assert text.startswith("nothing to propose") and outputs == {"changed": "false"}


def test_what_changed_is_proposed_once_by_its_content(clone, tmp_path):
    (clone / "dvc.lock").write_text("schema: '2.1'\n")
    (clone / "metrics").mkdir()
    (clone / "metrics/new.json").write_text("{}")
    text, outputs = said(clone, tmp_path)
    assert outputs["changed"] == "true" and outputs["branch"] in text
    assert "Changes dvc.lock, metrics" in outputs["body"] and "new rows" in outputs["body"]
    git(clone, "push", "--quiet", "origin", f"HEAD:refs/heads/{outputs['branch']}")
    text, again = said(clone, tmp_path, "another reason")
    assert again["branch"] == outputs["branch"] and again["changed"] == "false" and "already" in text
    (clone / "dvc.lock").write_text("schema: '2.2'\n")
    assert said(clone, tmp_path)[1]["branch"] != outputs["branch"]


def test_an_origin_that_cannot_be_asked_is_no_new_branch(clone, tmp_path):
    (clone / "dvc.lock").write_text("x")
    (tmp_path / "origin.git").rename(tmp_path / "gone")
    with pytest.raises(Refusal, match="origin: cannot be asked"):
        proposal.run(clone, "new rows", None)


def test_a_reason_is_one_harmless_line():
    found = propose(["dvc.lock"], b"lock", "a\nb=c\n::error::x" + "y" * 1000)
    assert "\n" not in found.body and "::error" not in found.body
    assert len(found.body) < MAX_WHY + 300
