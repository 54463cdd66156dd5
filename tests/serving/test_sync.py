import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from imports import ROOT

from mainstay.cli import verbs
from mainstay.refusal import Refusal
from mainstay.serving import sync


def arguments(yard, *more):
    return [
        *("sync", "--repo", str(yard.origin), "--channel", "production", "--to", str(yard.slots)),
        *("--allowed-signers", str(yard.keys.allowed_signers), "--params", str(ROOT / "params.yaml"), *more),
    ]


def wait(until, timeout_s=20):
    begin = time.monotonic()
    while not until():
        assert time.monotonic() - begin < timeout_s, "it never came"
        time.sleep(0.01)


def test_once_exits_with_0_only_where_what_the_channel_names_runs(yard):
    empty = CliRunner().invoke(verbs, arguments(yard, "--once"))
    assert empty.exit_code == 1 and "production: empty: runs nothing" in empty.output
    yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    done = CliRunner().invoke(verbs, arguments(yard, "--once"))
    assert (done.exit_code, done.output) == (0, "production: current: runs v1.0.0 (#1)\n")


def test_a_list_of_signers_that_is_not_there_is_misuse(yard):
    yard.keys.allowed_signers.unlink()
    done = CliRunner().invoke(verbs, arguments(yard, "--once"))
    assert isinstance(done.exception, Refusal) and "allowed_signers: cannot be read" in str(done.exception)


@pytest.mark.parametrize("text", ["8090", ":8090", "localhost", "localhost:http", "localhost:99999"])
def test_an_address_that_is_none_is_told(text):
    with pytest.raises(Refusal, match=r"--webhook: saw .*wanted HOST:PORT"):
        sync.address(text)


def test_syncing_loads_nothing_that_a_server_has_no_use_for(yard):
    yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    code = (
        "import sys; from mainstay.cli import verbs\n"
        "try: verbs(sys.argv[1:])\n"
        "except SystemExit as e: print(e.code, *sorted(sys.modules))"
    )
    asked = [sys.executable, "-c", code, *arguments(yard, "--once")]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    exit_code, *loaded = done.stdout.splitlines()[-1].split()
    assert exit_code == "0"
    heavy = {"pandas", "sklearn", "scipy", "ibis", "duckdb", "pyarrow", "dvc", "dvc_data", "gto", "onnxruntime"}
    assert heavy & set(loaded) == set()


def test_a_running_syncer_is_woken_by_hangup_and_stops_when_told(yard):
    """It polls every 5 s by itself; woken, it needs no more than the gap of one second."""
    yard.release("v1.0.0", 1.0)
    command = [sys.executable, "-m", "mainstay.cli"]
    code = "import sys; from mainstay.cli import main; sys.argv[0] = 'mainstay'; main()"
    command = [sys.executable, "-c", code, *arguments(yard)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as syncer:
        wait((yard.slots / "status.json").exists)
        yard.promote("v1.0.0")
        os.kill(syncer.pid, signal.SIGHUP)
        wait((yard.slots / "current/model.onnx").exists, timeout_s=4)
        os.kill(syncer.pid, signal.SIGTERM)
        said = syncer.stderr.read().splitlines()
    assert syncer.returncode == 0
    assert [line.split(":")[1].strip() for line in said] == ["empty", "current"], "only what changes is told"


def test_a_repository_in_a_folder_is_told_by_its_whole_path(tmp_path, monkeypatch):
    (tmp_path / "origin.git").mkdir()
    monkeypatch.chdir(tmp_path)
    given = {"channel": "staging", "directory": tmp_path, "allowed_signers": tmp_path / "list", "remote": None}
    for said, kept in (
        ("origin.git", str(tmp_path / "origin.git")),
        ("git@example.org:x.git", "git@example.org:x.git"),
    ):
        assert sync.follow(ROOT / "params.yaml", repository=said, **given).repository == kept
