import errno
import os

import msgspec
import pytest
from imports import ROOT

from mainstay import params
from mainstay.refusal import Refusal
from mainstay.serving import prediction_log
from mainstay.serving.prediction_log import PredictionLog, is_closed

LIMITS = msgspec.structs.replace(params.load(ROOT / "params.yaml", "log"), retry_s=1.0)


def segments(folder):
    return [path.read_bytes() for path in sorted((folder / "active").glob("*.ndjson"))]


class Clock:
    def __init__(self):
        self.s = 1_700_000_000.0

    def __call__(self):
        return self.s


def test_lines_are_on_disk_when_append_returns(tmp_path):
    log = PredictionLog.open(tmp_path, LIMITS)
    log.append(b"one\n")
    log.append(b"two\nthree\n")
    assert segments(tmp_path) == [b"one\ntwo\nthree\n"] and log.dropped == 0


def test_a_segment_ends_by_size_and_by_age(tmp_path):
    clock = Clock()
    log = PredictionLog.open(
        tmp_path, msgspec.structs.replace(LIMITS, max_segment_bytes=4, max_segment_age_s=60), clock
    )
    log.append(b"one\n")
    log.append(b"2\n")
    clock.s += 61
    log.append(b"3\n")
    assert segments(tmp_path) == [b"one\n", b"2\n", b"3\n"]
    assert [is_closed(path) for path in sorted((tmp_path / "active").iterdir())] == [True, True, False]
    log.close()
    assert all(is_closed(path) for path in (tmp_path / "active").iterdir())


def test_two_writers_share_a_folder(tmp_path):
    logs = [PredictionLog.open(tmp_path, LIMITS, clock) for clock in (Clock(), lambda: 1.8e9)]
    for log, line in zip(logs, (b"one\n", b"two\n"), strict=True):
        log.append(line)
    assert sorted(segments(tmp_path)) == [b"one\n", b"two\n"]


def test_a_disk_that_is_full_costs_lines_and_never_the_answer(tmp_path, monkeypatch):
    log = PredictionLog.open(tmp_path, LIMITS)
    log.append(b"one\n")
    write = os.write
    room = [3]

    def full(handle, data):
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        fits, room[0] = data[: room[0]], max(0, room[0] - len(data))
        return write(handle, fits)

    monkeypatch.setattr(prediction_log.os, "write", full)
    log.append(b"two\nthree\n")
    assert (log.dropped, log.fault) == (2, "No space left on device")
    assert segments(tmp_path) == [b"one\n"], "half a line is taken back"
    monkeypatch.setattr(prediction_log.os, "write", write)
    log.append(b"four\n")
    assert segments(tmp_path) == [b"one\nfour\n"] and (log.dropped, log.fault) == (2, None)


def test_a_folder_that_goes_away_is_tried_again_after_a_while(tmp_path, monkeypatch):
    clock, folder = Clock(), tmp_path / "log"
    log = PredictionLog.open(folder, msgspec.structs.replace(LIMITS, max_segment_bytes=1), clock)
    log.append(b"one\n")
    (folder / "active").rename(tmp_path / "away")
    (folder / "active").write_text("in the way")
    log.append(b"two\n")
    clock.s += 0.5
    (folder / "active").unlink()
    log.append(b"three\n")
    assert log.dropped == 2, "not at every request"
    clock.s += 1
    log.append(b"four\n")
    assert segments(folder) == [b"four\n"] and log.fault is None


def test_a_folder_that_cannot_be_written_to_is_told_at_the_start(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal, match="cannot be written to"):
        PredictionLog.open(tmp_path / "file", LIMITS)


def test_a_server_that_starts_again_within_the_second_has_a_segment_of_its_own(tmp_path):
    for line in (b"one\n", b"two\n"):
        log = PredictionLog.open(tmp_path, LIMITS, Clock())
        log.append(line)
        log.close()
    assert sorted(segments(tmp_path)) == [b"one\n", b"two\n"]


def test_a_segment_that_is_about_to_be_locked_is_not_closed(tmp_path):
    (tmp_path / "begun").touch()
    assert not is_closed(tmp_path / "begun")
