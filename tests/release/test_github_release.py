import json

import pytest
from loopback_github import GitHub as Loopback
from loopback_github import serving

from mainstay.refusal import Refusal
from mainstay.release import github_release

TAG = "churn@v1.0.0"


@pytest.fixture
def github(released, monkeypatch):
    with serving(Loopback(released.root / "origin.git")) as server:
        for name, value in {"API_URL": server.url, "REPOSITORY": "acme/churn", "TOKEN": "fake"}.items():
            monkeypatch.setenv(f"GITHUB_{name}", value)
        yield server


def lay(shop, report="report.html", skipped=None):
    where = {"repo": shop.url, "allowed_signers": shop.keys.allowed_signers}
    return github_release.run(shop.branch.root, "v1.0.0", shop.root / report, skipped, **where)


def test_it_holds_the_model_the_manifest_and_the_report(released, github):
    (released.root / "report.html").write_text("<p>")
    lay(released, skipped="aaa,bbb")
    assert github.assets[TAG, "model.onnx"] == (released.branch.root / "data/model.onnx").read_bytes()
    assert json.loads(github.assets[TAG, "manifest.json"])["release"] == "v1.0.0"
    assert github.assets[TAG, "report.html"] == b"<p>"
    assert "aaa, bbb" in github.releases[TAG]["body"]


def test_a_second_run_adds_what_the_first_did_not_and_replaces_nothing(released, github):
    lay(released)
    (released.root / "report.html").write_text("<p>")
    lay(released)
    assert len(github.releases) == 1
    assert sorted(asset["name"] for asset in github.releases[TAG]["assets"]) == [
        "manifest.json",
        "model.onnx",
        "report.html",
    ]


def test_the_token_goes_to_github_alone(released, github):
    lay(released, report="none")
    github.releases[TAG] |= {"assets": [], "upload_url": "https://evil.example/assets{?name}"}
    with pytest.raises(Refusal, match=r"saw 'evil\.example'"):
        lay(released)
