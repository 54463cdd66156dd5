"""Up, asked, up again, down: real processes of a clone whose model is drawn up by hand."""

import itertools
import json
import os
import re
import signal
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest
from shop import Shop, git

from mainstay.laptop import up
from mainstay.laptop.channel import JOBS, Channel
from mainstay.laptop.place import CHANNELS, FOLDER, Place
from mainstay.laptop.process import until
from mainstay.refusal import Refusal
from mainstay.serving.acceptance.asking import Service, Unanswered, post
from mainstay.trust import keys

FREE = {"staging": None, "production": None}
QUICK = {
    "accept": {"load_requests": 40, "load_connections": 4, "max_p99_ms": 5000.0, "huge_bytes": 2_000_000},
    "serve": {"poll_s": 0.05, "sweep_s": 0.05, "request_timeout_s": 0.5},
    "sync": {"poll_s": 0.2, "min_gap_s": 0.1},
}


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    """A clone, its channels, and what `up` said the first time."""
    root = tmp_path_factory.mktemp("laptop")
    shop = Shop(root / "shop", keys.make(root / "keys")).start()
    shop.branch.write(".gitignore", (shop.branch.root / ".gitignore").read_text() + "/.mainstay/\n")
    for section, values in QUICK.items():
        shop.branch.set(section, **values)
    clone = shop.evaluated().branch.root
    try:
        yield shop, {name: Channel(name, Place(clone / FOLDER), clone) for name in CHANNELS}, said(up.up, clone, FREE)
    finally:
        up.down(clone, print)


def said(verb, *arguments):
    lines = []
    verb(*arguments, lines.append)
    return "\n".join(lines)


def test_it_ends_with_two_urls_that_answer_and_a_line_for_curl_that_works(laptop):
    _, channels, told = laptop
    for channel in channels.values():
        assert f"{channel.url}  v1.0.0" in told and channel.release == "v1.0.0"
    (line,) = re.findall(r"curl -s .*", told)
    answer = json.loads(subprocess.run(["sh", "-c", line], capture_output=True, check=True).stdout)
    assert answer["release"] == "v1.0.0" and 0 <= answer["probability"] <= 1 and answer["reasons"]
    assert answer["id"] in told
    (logged,) = channels["production"].place.log("production").glob("active/*.ndjson")
    assert '"r":"v1.0.0"' in logged.read_text() and answer["id"] not in logged.read_text()


def test_staging_was_accepted_over_http_before_production_took_it(laptop):
    _, channels, told = laptop
    assert "pass: churn#accepted#2: v1.0.0 is accepted" in told
    assert json.loads((channels["staging"].place.root / "acceptance.json").read_text())["answer"] == "pass"


def test_neither_the_clone_s_tags_nor_its_origin_are_touched(laptop):
    shop, _, _ = laptop
    assert git(shop.branch.root, "tag", "--list") == "" and shop.tags() == []
    assert git(shop.branch.root, "remote", "-v").count("\n") == 2
    assert git(shop.branch.root, "status", "--porcelain") == ""


def test_up_again_says_what_runs_and_starts_nothing_but_what_does_not(laptop):
    shop, channels, _ = laptop
    before = numbers(channels)
    assert "v1.0.0" in said(up.up, shop.branch.root, FREE) and numbers(channels) == before
    killed = channels["production"].process("serve")
    os.kill(before["production", "serve"], signal.SIGKILL)
    assert until(lambda: not killed.runs, 30)
    assert f"{channels['production'].url}  v1.0.0" in said(up.up, shop.branch.root, FREE)
    after = numbers(channels)
    assert {key for key in before if before[key] != after[key]} == {("production", "serve")}


@pytest.mark.slow
def test_its_own_command_moves_both_on_and_back_under_load_and_no_request_fails(laptop):
    shop, channels, _ = laptop
    shop.better("second").evaluated()
    staging, production = channels["staging"].url, channels["production"].url
    with asking(staging) as of_staging, asking(production) as of_production:
        for words in (
            "release",
            "promote v1.0.1 staging",
            f"wait {staging} --release v1.0.1 --timeout-s 30",
            f"accept {staging} --release v1.0.1",
            "promote v1.0.1 production",
            f"wait {production} --release v1.0.1 --timeout-s 30",
            "rollback production",
            f"wait {production} --release v1.0.0 --timeout-s 30",
        ):
            mainstay(channels["staging"], *words.split())
    runs = [line.split()[:2] for line in mainstay(channels["staging"], "status").splitlines()]
    assert runs == [["production", "v1.0.0"], ["staging", "v1.0.1"]]
    assert git(shop.branch.root, "tag", "--list") == "" and shop.tags() == []
    for heard, releases in ((of_staging, ["v1.0.0", "v1.0.1"]), (of_production, ["v1.0.0", "v1.0.1", "v1.0.0"])):
        assert len(heard) > 100 and [release for release, _ in itertools.groupby(heard)] == releases


def mainstay(channel, *words):
    done = subprocess.run(
        [str(channel.place.command), *words],
        cwd=channel.clone,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"MAINSTAY_BY": "tester"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def asking(url):
    """Asks one thing after the other for as long as the block lasts; what release each answer is of, or its fault."""
    heard, done = [], threading.Event()
    row = {"day": "2024-06-01", "champion_band": 3, "candidate_band": 3}

    def ask():
        with Service(url, 10.0).asking() as asker:
            while not done.is_set():
                try:
                    heard.append(post(asker, row).document["release"])
                except (Unanswered, TypeError, KeyError) as error:
                    heard.append(repr(error))
                time.sleep(0.005)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield heard
    finally:
        done.set()
        thread.join()


def test_down_leaves_no_process_and_up_goes_on_from_there(laptop):
    shop, channels, _ = laptop
    root, before = shop.branch.root, numbers(channels)
    assert "stopped staging (serve, sync) and production (serve, sync)" in said(up.down, root)
    assert not any(channel.process(job).runs for channel in channels.values() for job in JOBS)
    assert not [n for n in before.values() if running(n)]
    assert "nothing runs" in said(up.down, root)
    assert "releases are kept" in said(up.down, root)
    versions = {name: channel.release for name, channel in channels.items()}
    assert versions == {"staging": None, "production": None}
    assert re.search(r"production  http://\S+  v1", said(up.up, root, FREE))


def test_a_model_that_is_not_committed_is_not_released(tmp_path):
    shop = Shop(tmp_path / "shop", keys.make(tmp_path / "keys")).start()
    shop.branch.set("gate", confidence=0.9)
    with pytest.raises(Refusal, match=r"params.yaml: is not as committed"):
        up.up(shop.branch.root, FREE, print)


def numbers(channels):
    """(channel, job) -> number of the process."""
    return {(c.name, job): int(c.process(job).file.read_text()) for c in channels.values() for job in JOBS}


def running(number):
    """Whether a process has not ended; one that did and was not waited for yet has."""
    try:
        return os.waitpid(number, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False
