"""What the image installs is what everybody else installs, and no more than a server needs."""

import re
import tomllib

import pytest
from imports import ROOT

LISTS = ("serve.txt", "log.txt", "build.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked(path):
    """`name==version ; marker` -> its hashes."""
    blocks = re.findall(
        r"^([a-z0-9][^ ]*==[^\\\n]*?) \\\n((?: +--hash=\S+(?: \\)?\n)+)", path.read_text(), re.MULTILINE
    )
    assert blocks
    return {wanted.strip(): set(re.findall(r"--hash=(\S+)", hashes)) for wanted, hashes in blocks}


def names(wanted):
    return {re.match(r"[A-Za-z0-9._-]+", one)[0].lower().replace("_", "-") for one in wanted}


@pytest.mark.parametrize("name", LISTS)
def test_every_version_and_hash_is_that_of_the_one_lock(name):
    everything = locked(ROOT / "requirements.txt")
    for wanted, hashes in locked(ROOT / "deploy" / name).items():
        assert everything.get(wanted) == hashes, f"{wanted}: run `make lock`"


def test_a_server_gets_all_that_it_needs():
    needed = names([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["serve"]])
    assert needed <= names(locked(ROOT / "deploy/serve.txt")), "run `make lock`"


def test_who_ships_logs_gets_that_and_what_reads_them():
    needed = names(PROJECT["optional-dependencies"]["log"]) | names(locked(ROOT / "deploy/serve.txt"))
    assert needed <= names(locked(ROOT / "deploy/log.txt")), "run `make lock`"


def test_a_server_gets_nothing_that_trains_or_tests():
    others = names([*PROJECT["optional-dependencies"]["pipeline"], *PROJECT["optional-dependencies"]["test"]])
    assert others & names(locked(ROOT / "deploy/serve.txt")) == set()


def test_the_image_holds_nothing_but_what_is_named():
    named = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = re.findall(
        r"^COPY (?!--from)(?:--chmod=\S+ )?(.+) \S+$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE
    )
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"
    assert named == {path for line in copied for path in line.split()}
