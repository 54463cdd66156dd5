import os
import sys

import pytest

from mainstay.laptop.process import Process, until
from mainstay.refusal import Refusal

ENDLESS = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(600)",
]  # fmt: skip


@pytest.fixture
def process(tmp_path):
    own = Process(tmp_path / "staging" / "serve")
    yield own
    own.stop()


def test_it_runs_until_it_is_stopped_and_its_log_stays(process, tmp_path):
    assert not process.runs and not process.stop()
    process.start(ENDLESS, tmp_path)
    assert process.runs and until(lambda: process.said == "here", 30)
    assert process.stop() and not process.runs
    assert process.said == "here"


def test_one_that_ends_by_itself_no_longer_runs(process, tmp_path):
    process.start([sys.executable, "-c", "raise SystemExit('no model')"], tmp_path)
    assert until(lambda: not process.runs, 30) and process.said == "no model"


def test_it_is_not_started_twice(process, tmp_path):
    process.start(ENDLESS, tmp_path)
    with pytest.raises(Refusal, match="runs already"):
        process.start(ENDLESS, tmp_path)


def test_one_that_does_not_end_by_itself_is_ended(process, tmp_path, monkeypatch):
    monkeypatch.setattr("mainstay.laptop.process.TERM_S", 0.3)
    process.start(STUBBORN, tmp_path)
    assert until(lambda: process.said == "here", 30)
    assert process.stop() and not process.runs


def test_a_number_that_another_process_has_by_now_is_left_alone(process, tmp_path):
    process.file.parent.mkdir()
    process.file.write_text(f"{os.getpid()}\n")
    assert not process.runs and not process.stop()


def test_waiting_has_an_end():
    assert not until(lambda: False, 0.1)
