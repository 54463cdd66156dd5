"""A server that follows no channel but says what it is told to: from the tag that is wanted to the tag that is made."""

import json

import msgspec
import pytest
import yaml
from click.testing import CliRunner
from fake_service import Fake, serving
from imports import ROOT
from shop import git

from mainstay.cli import verbs
from mainstay.model.file import Model
from mainstay.refusal import Refusal
from mainstay.release.registry import opened

QUICK = {
    "load_requests": 40,
    "load_connections": 4,
    "max_p99_ms": 2000.0,
    "huge_bytes": 5_000_000,
    "slow_timeout_s": 4.0,
}


@pytest.fixture(scope="module")
def staged(shops, tmp_path_factory):
    """v1.0.0 in staging, with the figures that its evaluation had."""
    shop = shops["new"].copy(tmp_path_factory.mktemp("accepting") / "shop")
    shop.branch.set("accept", **QUICK)
    shop.evaluated()
    shop.release()
    shop.promote("v1.0.0", "staging")
    return shop


@pytest.fixture
def shop(staged, tmp_path):
    return staged.copy(tmp_path / "shop")


@pytest.fixture
def server(shop):
    with opened(shop.access) as registry:
        manifest = registry.release("v1.0.0").manifest
    return Fake(manifest, Model.load(shop.branch.root / "data/model.onnx"))


@pytest.fixture
def accept(shop, monkeypatch):
    monkeypatch.chdir(shop.branch.root)
    for name, value in {
        "MAINSTAY_KEYS": shop.keys.folder,
        "MAINSTAY_ALLOWED_SIGNERS": shop.keys.allowed_signers,
    }.items():
        monkeypatch.setenv(name, str(value))
    return lambda url, *more: CliRunner().invoke(
        verbs, ["accept", url, "--release", "v1.0.0", "--by", "tester", *more], catch_exceptions=False
    )


def test_a_server_that_passes_is_accepted_with_its_figures_and_may_go_to_production(shop, server, accept):
    with serving(server) as url:
        done = accept(url)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == "pass: churn#accepted#2: v1.0.0 is accepted"
    assert "replay              pass  rows 2000" in done.output
    said = git(shop.root / "origin.git", "tag", "--list", "churn#accepted#2", "-n1")
    assert "on 2000 rows over HTTP as offline; p99" in said
    told = json.loads((shop.branch.root / "reports/acceptance.json").read_text())
    assert told["answer"] == "pass" and told["release"] == "v1.0.0" and len(told["checks"]) == 7
    assert told["model"] == server.manifest.model.sha256
    assert shop.promote("v1.0.0", "production").new


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda server: setattr(server, "score", lambda row: 0.2), "otherwise than signed"),
        (
            lambda server: setattr(server, "manifest", msgspec.structs.replace(server.manifest, release="v0.9.0")),
            "the server's release is 'v0.9.0'",
        ),
    ],
    ids=["answers golden rows wrongly", "runs another release"],
)
def test_a_server_that_fails_leaves_no_tag_and_no_way_to_production(shop, server, accept, break_it, said):
    break_it(server)
    before = shop.tags()
    with serving(server) as url:
        done = accept(url)
    assert done.exit_code == 1 and said in done.output
    assert json.loads((shop.branch.root / "reports/acceptance.json").read_text())["answer"] == "fail"
    assert shop.tags() == before
    with pytest.raises(Refusal, match="was never accepted"):
        shop.promote("v1.0.0", "production")


def test_a_server_that_is_down_fails(shop, accept):
    before = shop.tags()
    done = accept("http://127.0.0.1:9")
    assert done.exit_code == 1 and "gave no answer" in done.output
    assert shop.tags() == before


def test_another_channel_s_pass_is_told_and_not_written_down(shop, server, accept):
    shop.accept("v1.0.0")
    shop.promote("v1.0.0", "production")
    before = shop.tags()
    with serving(server) as url:
        done = accept(url, "--channel", "production")
    assert done.exit_code == 0 and done.output.endswith("pass: production runs v1.0.0 as released\n")
    assert shop.tags() == before


def test_without_keys_a_pass_is_told_and_not_written_down(shop, server, accept, monkeypatch):
    monkeypatch.delenv("MAINSTAY_KEYS")
    monkeypatch.chdir(shop.root)
    before = shop.tags()
    with serving(server) as url:
        params, remote = shop.branch.root / "params.yaml", shop.root / "remote"
        (shop.branch.root / ".dvc/cache").rename(remote)
        done = accept(url, "--repo", shop.url, "--params", str(params), "--remote", str(remote))
    assert done.exit_code == 0 and "not written down, for there are no keys" in done.output
    assert shop.tags() == before


def test_a_copy_that_is_named_has_to_be_the_channel_s(shop, server, accept, tmp_path):
    with opened(shop.access) as registry:
        tag = registry.scratch.raw("churn#staging#1")
    (tmp_path / "channel.tag").write_bytes(tag)
    (tmp_path / "model.onnx").write_bytes(b"other")
    with serving(server) as url:
        done = accept(url, "--copy", str(tmp_path))
    assert done.exit_code == 1 and "signed was" in done.output


def test_numbers_are_those_of_the_section_accept():
    assert set(QUICK) <= set(yaml.safe_load((ROOT / "params.yaml").read_text())["accept"])
