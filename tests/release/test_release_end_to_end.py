"""In a clone whose pipeline really ran: release, promote, accept, go back, with a syncer following."""

import json
import os
import re
import subprocess

import pytest
import yaml
from sandbox import SMALL, clone, git, repro, run, set_params
from servers import serving

pytestmark = pytest.mark.slow

SIGNERS = ".mainstay/keys/allowed_signers"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    made = clone(folder / "churn", SMALL | {"accept": {"max_p99_ms": 5000.0}})
    git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", "origin.git")
    git(made, "remote", "add", "origin", str(folder / "origin.git"))
    finish(made)
    git(made, "fetch", "--quiet", "origin")
    return made


def finish(project):
    repro(project)
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "A run")
    git(project, "push", "--quiet", "origin", "main")


def mainstay(project, *words):
    done = run(project, "mainstay", *words, MAINSTAY_BY="tester")
    assert done.returncode == 0, f"mainstay {' '.join(words)}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout.strip()


def ship(project, version):
    origin, remote, to = project.parent / "origin.git", project / ".embedded/dvc", project.parent / "staging"
    mainstay(project, "promote", version, "staging")
    follow = ("--repo", str(origin), "--allowed-signers", str(project / SIGNERS), "--remote", str(remote))
    mainstay(project, "sync", *follow, "--channel", "staging", "--to", str(to), "--once")
    with serving(to, params=project / "params.yaml") as server:
        url = f"http://127.0.0.1:{server.port}"
        assert version in mainstay(project, "accept", url, "--release", version, "--copy", str(to / "current"))
    mainstay(project, "promote", version, "production")


def test_a_model_is_released_followed_and_gone_back_from(project):
    assert mainstay(project, "release") == "churn@v1.0.0: released"
    ship(project, "v1.0.0")
    set_params(project, {"train": {"model": "boosting"}})
    boosting = yaml.safe_load((project / "params.yaml").read_text())["train"]["boosting"]
    set_params(project, {"train": {"boosting": boosting | {"max_iter": boosting["max_iter"] - 1}}})
    finish(project)
    assert mainstay(project, "release", "--accepted-by", "tester") == "churn@v1.1.0: released"
    ship(project, "v1.1.0")
    assert "serves v1.0.0 again" in mainstay(project, "rollback", "production", "--why", "complaints")
    assert "production  v1.0.0" in mainstay(project, "status")
    assert len(git(project, "tag", "--list").split()) == 9


def test_make_up_serves_it_here_and_make_down_ends_that(project):
    tags = git(project, "tag", "--list")
    try:
        told = make(project, "up")
        urls = re.findall(r"^(?:staging|production) +(http://\S+)  v1\.0\.0$", told, re.MULTILINE)
        assert len(urls) == 2, told
        (line,) = re.findall(r"curl -s .*", told)
        answer = json.loads(subprocess.run(["sh", "-c", line], capture_output=True, check=True).stdout)
        assert answer["release"] == "v1.0.0" and 0 < answer["probability"] < 1 and len(answer["reasons"]) == 3
    finally:
        told = make(project, "down")
    assert "stopped staging (serve, sync) and production (serve, sync)" in told
    assert git(project, "tag", "--list") == tags and git(project, "status", "--porcelain") == ""


def make(project, target):
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    done = subprocess.run(["make", target], cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
