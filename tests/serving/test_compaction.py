import datetime
import os
import time

import pandas
import pytest
from click.testing import CliRunner
from imports import ROOT
from prediction_lines import line as encoded

from mainstay import params
from mainstay.cli import verbs
from mainstay.refusal import Refusal
from mainstay.rows.contract_file import parse
from mainstay.rows.prediction_log_file import read_log
from mainstay.serving import compaction
from mainstay.serving.compaction import compact
from mainstay.serving.prediction_log import PredictionLog

LIMITS = params.load(ROOT / "params.yaml", "log")
TODAY = datetime.date(2023, 11, 20)
CONTRACT = parse(
    """
id: customer_id
observed_on: observed_on
outcome: {column: churned, horizon_days: 30}
blanks: []
columns:
  tenure: {kind: integer, min: 0}
  charge: {kind: number, min: 0, missing: 0.5}
  plan: {kind: category, values: [basic, pro]}
  online: {kind: boolean, missing: 0.5}
  called_on: {kind: date, missing: 1}
""",
    "contract",
)
NOON = 1_700_000_000.0  # 2023-11-14T22:13:20Z
DAY_S = 86_400


def line(n, at_s=NOON, **values):
    own = {"tenure": n, "charge": 9.5, "plan": "pro", "online": True, "called_on": "2023-11-01"} | values
    return encoded("v1.0.0", at_s, f"{n:032x}", datetime.date(2023, 11, 1), 0.25, own)


def logged(folder, *lines):
    log = PredictionLog.open(folder, LIMITS, lambda: NOON)
    for one in lines:
        log.append(one)
    log.close()


def test_a_segment_becomes_a_partition_a_day_and_reads_the_same(tmp_path):
    log, root = tmp_path / "log", str(tmp_path / "root")
    logged(log, line(1), line(2, NOON + DAY_S), line(3, charge=None, online=None, called_on=None))
    before = read_log(str(log), CONTRACT)
    said = compact(log, root, LIMITS, TODAY)
    assert (said.segments, said.predictions, said.skipped, said.open) == (1, 3, 0, 0)
    assert [p.parent.name for p in sorted((tmp_path / "root").glob("*/*"))] == ["day=2023-11-14", "day=2023-11-15"]
    assert list((log / "active").iterdir()) == []
    after = read_log(root, CONTRACT)
    pandas.testing.assert_frame_equal(before.frame, after.frame)
    assert after.frame["tenure"].tolist() == [1, 3, 2] and after.frame["called_on"][0] == datetime.date(2023, 11, 1)
    assert read_log(root, CONTRACT, since=datetime.date(2023, 11, 15)).frame["tenure"].tolist() == [2]


def test_what_is_written_to_stays_and_is_read_where_it_is(tmp_path):
    log = PredictionLog.open(tmp_path, LIMITS)
    log.append(line(1))
    said = compact(tmp_path, str(tmp_path / "root"), LIMITS, TODAY)
    assert (said.segments, said.open) == (0, 1)
    assert len(read_log(str(tmp_path), CONTRACT).frame) == 1
    log.close()


def test_torn_and_foreign_lines_are_passed_over_and_counted(tmp_path):
    logged(tmp_path, line(1), b"{}\n", b"\xff\n", line(2)[:-20])
    assert (read := read_log(str(tmp_path), CONTRACT)).skipped == 3 and len(read.frame) == 1
    said = compact(tmp_path, str(tmp_path / "root"), LIMITS, TODAY)
    assert (said.predictions, said.skipped) == (1, 3) and "3 torn lines" in said.line


def test_columns_that_came_and_went_are_kept(tmp_path):
    logged(tmp_path, line(1, added=7), encoded("v0.9.0", NOON, "c", None, 0.5, {"tenure": 4.5, "plan": 3}))
    compact(tmp_path, str(tmp_path / "root"), LIMITS, TODAY)
    (part,) = (tmp_path / "root").glob("*/*.parquet")
    assert pandas.read_parquet(part)["value:added"].tolist()[0] == 7
    frame = read_log(str(tmp_path / "root"), CONTRACT).frame
    assert frame["plan"].tolist() == ["3", "pro"] and frame["charge"].isna().tolist() == [True, False]


def test_a_killed_run_loses_and_doubles_nothing(tmp_path, monkeypatch):
    root = str(tmp_path / "root")
    logged(tmp_path, line(1), line(2, NOON + DAY_S))
    write, calls = compaction._write, []

    def fail_at_the_second(system, to, batch):
        calls.append(to)
        if len(calls) == 2:
            raise OSError("No space left on device")
        write(system, to, batch)

    monkeypatch.setattr(compaction, "_write", fail_at_the_second)
    with pytest.raises(Refusal, match="what is not compacted stays"):
        compact(tmp_path, root, LIMITS, TODAY)
    monkeypatch.undo()
    assert len(read_log(str(tmp_path), CONTRACT).frame) == 2
    compact(tmp_path, root, LIMITS, TODAY)
    assert len(read_log(root, CONTRACT).frame) == 2


def test_days_past_retention_go(tmp_path):
    logged(tmp_path, line(1), line(2, NOON + DAY_S))
    later = datetime.date(2023, 11, 15) + datetime.timedelta(days=LIMITS.retention_days)
    said = compact(tmp_path, str(tmp_path / "root"), LIMITS, later)
    assert said.expired == ("2023-11-14",) and "removed 2023-11-14" in said.line
    assert read_log(str(tmp_path / "root"), CONTRACT).frame["tenure"].tolist() == [2]


def test_predictions_of_nobody_are_no_customer_s(tmp_path):
    nobody = encoded("v1.0.0", NOON, "", datetime.date(2023, 11, 1), 0.25, {"tenure": 1})
    logged(tmp_path, line(1), nobody)
    assert len(read_log(str(tmp_path), CONTRACT).frame) == 1
    compact(tmp_path, str(tmp_path / "root"), LIMITS, TODAY)
    assert len(read_log(str(tmp_path / "root"), CONTRACT).frame) == 1


def test_an_empty_segment_is_left_to_its_writer_for_a_day(tmp_path):
    logged(tmp_path)
    (path,) = (tmp_path / "active").iterdir()
    compact(tmp_path, str(tmp_path / "root"), LIMITS, TODAY)
    assert path.exists()
    os.utime(path, (NOON, NOON))
    compact(tmp_path, str(tmp_path / "root"), LIMITS, TODAY)
    assert not path.exists()


def test_any_location_will_do(tmp_path):
    logged(tmp_path, line(1))
    compact(tmp_path, "memory://predictions", LIMITS, TODAY)
    assert len(read_log("memory://predictions", CONTRACT).frame) == 1


def test_no_log_at_all_is_no_empty_log(tmp_path):
    with pytest.raises(Refusal, match="no folder there"):
        compact(tmp_path / "gone", str(tmp_path), LIMITS, TODAY)
    with pytest.raises(Refusal, match="no folder there"):
        read_log(str(tmp_path / "gone"), CONTRACT)
    assert len(read_log(str(tmp_path), CONTRACT).frame) == 0


def test_the_verbs_make_a_key_and_compact(tmp_path):
    made = CliRunner().invoke(verbs, ["log", "key", str(tmp_path / "key")])
    assert made.exit_code == 0 and (tmp_path / "key").exists()
    logged(tmp_path / "log", line(1, time.time()))
    where = [str(tmp_path / "log"), "--to", str(tmp_path / "root"), "--params", str(ROOT / "params.yaml")]
    ran = CliRunner().invoke(verbs, ["log", "compact", *where])
    assert ran.output == "1 predictions of 1 segments compacted\n"
