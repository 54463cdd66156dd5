"""Faults of the prediction log: the disk fills up, the server is killed."""

import contextlib
import datetime
import http.client
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import msgspec
from imports import ROOT
from prediction_lines import line as encoded
from servers import GOOD, place, serving
from shipped import CONTRACT, model

from mainstay import params
from mainstay.model.file import Model
from mainstay.monitoring.skew import skew
from mainstay.rows.prediction_log_file import read_log, records
from mainstay.rows.pseudonym import make_key, pseudonyms, read_key
from mainstay.serving import prediction_log
from mainstay.serving.compaction import compact
from mainstay.serving.prediction_log import PredictionLog, is_closed

LIMITS = msgspec.structs.replace(params.load(ROOT / "params.yaml", "log"), retry_s=0.0)
WRITES = """
import sys
from pathlib import Path
from mainstay import params
from mainstay.rows.prediction_record import Record, encode
from mainstay.serving.prediction_log import PredictionLog
log = PredictionLog.open(Path(sys.argv[1]), params.load(Path(sys.argv[2]), "log"))
for n in range(10**9):
    log.append(encode([Record("v1.0.0", float(n), "c", None, 0.5, {"n": n})]))
    print(n, flush=True)
"""


def line(n: int) -> bytes:
    return encoded("v1.0.0", float(n), "c" * 32, None, 0.5, {"n": n})


def kept(folder):
    return [record for path in sorted((folder / "active").iterdir()) for record in records(path)]


def test_drill_30_a_disk_that_fills_up_costs_whole_lines_that_are_counted_and_no_answer(tmp_path):
    """The system lets files grow so far and no further, as a full disk does."""
    log = PredictionLog.open(tmp_path, LIMITS)
    room = len(line(0)) * 5 + 10
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        for n in range(9):
            log.append(line(n))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert log.dropped == 4 and log.fault == "File too large"
    log.append(line(9))
    assert log.fault is None and [record.values["n"] for record in kept(tmp_path)] == [0, 1, 2, 3, 4, 9]


def test_drill_39_a_torn_last_line_is_passed_over(tmp_path):
    log = PredictionLog.open(tmp_path, LIMITS)
    log.append(line(1))
    log.append(line(2)[:-7])
    log.close()
    assert [record and record.values["n"] for record in kept(tmp_path)] == [1, None]


def test_drill_39_what_was_logged_before_the_answer_outlives_a_kill(tmp_path):
    command = [sys.executable, "-c", WRITES, str(tmp_path), str(ROOT / "params.yaml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        answered = [int(server.stdout.readline()) for _ in range(500)]
        server.kill()
        answered += [int(n) for n in server.stdout.read().split("\n")[:-1]]
    (segment,) = (tmp_path / "active").iterdir()
    assert is_closed(segment), "the lock goes with its writer"
    logged = {record.values["n"] for record in records(segment) if record}
    assert set(answered) <= logged and len(logged) <= len(answered) + 1


def test_drill_39_killed_in_the_middle_of_a_line_only_that_line_is_lost_and_the_next_server_goes_on(tmp_path):
    assert killed_after_half_a_line(tmp_path, line(1), line(2))
    log = PredictionLog.open(tmp_path, LIMITS)
    log.append(line(3))
    log.close()
    assert sorted(record.values["n"] for record in kept(tmp_path) if record) == [1, 3]
    said = compact(tmp_path, str(tmp_path / "root"), LIMITS, datetime.date(1970, 1, 1))
    assert (said.segments, said.predictions, said.skipped, said.open) == (2, 2, 1, 0)


def killed_after_half_a_line(folder, whole: bytes, torn: bytes) -> bool:
    """Whether a writer died so."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            log, write = PredictionLog.open(folder, LIMITS), os.write
            log.append(whole)

            def dying(handle, data):
                write(handle, data[: len(data) // 2])
                os.kill(os.getpid(), signal.SIGKILL)

            prediction_log.os.write = dying
            log.append(torn)
        os._exit(1)
    return os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def test_drill_39_killed_under_load_a_server_has_logged_each_answer_and_what_it_logged_gives_the_same_scores(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    make_key(tmp_path / "key")
    answers = {}
    with serving(tmp_path / "slots", "--log", tmp_path / "log", "--key-file", tmp_path / "key") as server:
        with ThreadPoolExecutor(4) as pool:
            clients = [pool.submit(ask_until_it_dies, server, k, answers) for k in range(4)]
            server.until(lambda: len(answers) >= 300)
            assert server.stop(signal.SIGKILL) == -signal.SIGKILL
        assert all(client.exception() is None for client in clients)
    found = read_log(str(tmp_path / "log"), CONTRACT)
    scores = dict(zip(found.frame["customer"], found.frame["score"], strict=True))
    key = read_key(tmp_path / "key")
    told = dict(zip(pseudonyms(key)(answers), answers.values(), strict=True))
    assert len(told) >= 300 and told.items() <= scores.items()
    assert found.skipped <= 1 and len(found.frame) <= len(answers) + 4, "one more a client was on its way"
    assert skew(found.frame, Model.from_bytes(model(1.0))).is_clean


def ask_until_it_dies(server, client: int, answers: dict[str, float]) -> None:
    """Notes the score of every customer that was answered."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with contextlib.suppress(OSError, http.client.HTTPException):
        for n in itertools.count():
            id = f"C{client}-{n}"
            plan = ("monthly", "yearly", None, "new")[n % 4]
            row = GOOD | {"customer_id": id, "tenure_months": n % 600, "plan": plan}
            connection.request("POST", "/predict", json.dumps(row), {"content-type": "application/json"})
            answer = connection.getresponse().read()
            answers[id] = json.loads(answer)["probability"]
