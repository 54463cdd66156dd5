import datetime
import os

import pytest
from sandbox import git

from mainstay.refusal import Refusal
from mainstay.replay.sandbox import Done, made


@pytest.fixture
def box(tmp_path):
    """A sandbox of a project of two files, one of them ignored."""
    top, root = tmp_path / "top", tmp_path / "box"
    top.mkdir()
    root.mkdir()
    git(top, "init", "--quiet")
    for name, text in (("params.yaml", "simulate: {months: 3}\n"), (".gitignore", "secret\n"), ("secret", "x")):
        (top / name).write_text(text)
    return made(top, root)


def test_a_sandbox_has_what_git_has_a_repository_and_keys_of_its_own(box):
    assert (box.project / "params.yaml").exists() and not (box.project / "secret").exists()
    assert git(box.origin, "log", "--format=%s", "main").strip() == "Begin"
    assert box.signers.read_text().count("ssh-ed25519") >= 5


def test_numbers_are_set_and_committed_there_alone(box, tmp_path):
    box.settings({"simulate": {"months": 9}})
    box.commit("Nine")
    assert "months: 9" in git(box.project, "show", "HEAD:params.yaml")
    assert "months: 3" in (tmp_path / "top/params.yaml").read_text()


def test_it_is_the_day_that_is_replayed_there(box):
    box.at(datetime.date(2024, 3, 1))
    box.commit("On the day")
    assert git(box.project, "log", "-1", "--format=%cI").startswith("2024-03-01T00:00:00")
    assert box.environment()["SOURCE_DATE_EPOCH"] == "1709251200"


def test_nothing_of_the_runner_or_of_who_replays_gets_in(box, monkeypatch):
    monkeypatch.setenv("GITHUB_OUTPUT", "/somewhere")
    monkeypatch.setenv("MAINSTAY_ROLLBACK_TO", "v0.0.1")
    inside = box.environment()
    assert "GITHUB_OUTPUT" not in inside and "MAINSTAY_ROLLBACK_TO" not in inside
    assert inside["GIT_CONFIG_GLOBAL"] == os.devnull


def test_what_has_to_work_and_does_not_is_told_with_its_reason(box):
    with pytest.raises(Refusal, match="`git show nothing` ended with 128: fatal: "):
        box.must("git", "show", "nothing")


@pytest.mark.parametrize(
    ("err", "why"),
    [
        ("train: chosen: blend\nvalidate: too few rows\nERROR: failed to reproduce\n", "validate: too few rows"),
        ("mainstay: the gate says fail\n", "mainstay: the gate says fail"),
        ("", "it ended with 2"),
    ],
)
def test_the_reason_is_the_last_complaint(err, why):
    assert Done(2, "", err).why == why


def test_where_there_is_no_git_repository_it_is_refused(tmp_path):
    (tmp_path / "box").mkdir()
    with pytest.raises(Refusal, match="--real replays a Git repository"):
        made(tmp_path, tmp_path / "box")
