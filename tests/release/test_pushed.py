import json
from types import SimpleNamespace

import pytest

from mainstay.refusal import Refusal
from mainstay.release import pushed


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("/srv/churn.git", True),
        ("../remote", True),
        ("file:///srv/churn.git", True),
        ("C/x:y", True),
        ("git@example.org:team/churn.git", False),
        ("example.org:churn.git", False),
        ("ssh://example.org/churn.git", False),
        ("https://example.org/churn.git", False),
        ("s3://bucket/churn", False),
    ],
)
def test_what_is_a_folder_here(url, local):
    assert pushed.is_local(url) is local


def dvc(monkeypatch, status, code=0):
    asked = []

    def run(command, **_):
        asked.append(command[3:])
        return SimpleNamespace(
            returncode=code, stdout=json.dumps(status) if "status" in command else "", stderr="no disk"
        )

    monkeypatch.setattr(pushed.subprocess, "run", run)
    return asked


def test_every_object_is_sent_and_then_asked_for(monkeypatch, tmp_path):
    asked = dvc(monkeypatch, {})
    pushed.push(tmp_path)
    assert [c[0] for c in asked] == ["push", "data"] and "--not-in-remote" in asked[1]


def test_an_object_that_did_not_arrive_is_named(monkeypatch, tmp_path):
    dvc(monkeypatch, {"not_in_remote": ["data/model.onnx"]})
    with pytest.raises(Refusal, match=r"not in the DVC remote: data/model.onnx"):
        pushed.push(tmp_path)


def test_a_push_that_fails_releases_nothing(monkeypatch, tmp_path):
    dvc(monkeypatch, {}, code=1)
    with pytest.raises(Refusal, match="failed: no disk; nothing was released"):
        pushed.push(tmp_path)


def test_without_a_remote_there_is_nowhere_to_fetch_from(shop):
    from mainstay.release.git import Repository

    shop.branch.write(".dvc/config", "").commit("None")
    with pytest.raises(Refusal, match="names no default remote"):
        pushed.check_remote(Repository.at(shop.branch.root), "HEAD", shop.url)
