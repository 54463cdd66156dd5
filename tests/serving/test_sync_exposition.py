import os

from mainstay.serving.status import FILE, Status, tell
from mainstay.serving.sync_exposition import collect

STATUS = Status(
    says="unreachable",
    why="no route",
    channel="production",
    release="v1.0.0",
    counter=1,
    sha256="0" * 64,
    verified=True,
    failures=3,
    next_try_s=5,
)


def samples(directory, now_s=0.0):
    return {s.name: (s.labels, s.value) for family in collect(directory, now_s) for s in family.samples}


def test_the_last_poll_is_told_with_its_age(tmp_path):
    tell(STATUS, tmp_path)
    os.utime(tmp_path / FILE, (1000, 1000))
    assert samples(tmp_path, 1090.0) == {
        "mainstay_sync_age_seconds": ({}, 90.0),
        "mainstay_sync_says": ({"channel": "production", "says": "unreachable"}, 1),
    }


def test_a_clock_that_was_set_back_makes_no_age_below_nothing(tmp_path):
    tell(STATUS, tmp_path)
    assert samples(tmp_path, 0.0)["mainstay_sync_age_seconds"] == ({}, 0)


def test_without_a_syncer_nothing_is_told(tmp_path):
    assert samples(tmp_path) == {}


def test_what_cannot_be_read_is_not_told(tmp_path):
    (tmp_path / FILE).write_bytes(b'{"says": "\xff')
    assert samples(tmp_path) == {}
