import json

import numpy as np
import pytest
from imports import ROOT
from tiny import model_bytes, rows

from mainstay.pipeline import stress
from mainstay.refusal import Refusal
from mainstay.rows.table import write_frame


@pytest.fixture
def run(tmp_path):
    def run(test, model):
        write_frame(test, tmp_path / "test.parquet")
        (tmp_path / "model.onnx").write_bytes(model)
        stress.run(
            params=ROOT / "params.yaml",
            model=tmp_path / "model.onnx",
            test=tmp_path / "test.parquet",
            metrics=tmp_path / "stress.json",
        )
        return json.loads((tmp_path / "stress.json").read_text())

    return run


def test_a_model_that_learned_the_business_passes_and_every_check_has_its_figure(run, capsys):
    report = run(rows(600, seed=2), model_bytes(rows(4000)))
    assert report["verdict"] == {"answer": "pass", "reasons": []}
    assert report["rows"] == len([t for t in rows(600, seed=2)["treated"] if not t])
    for check in report["checks"].values():
        assert check["answer"] == "pass" and check["limit"] is not None and check["what"]
    assert capsys.readouterr().err == ""


def test_a_model_that_learned_the_contrary_fails_with_one_line_and_the_stage_goes_on(run, capsys):
    upside_down = rows(4000)
    upside_down["churned"] = 1 - upside_down["churned"]
    report = run(rows(600, seed=2), model_bytes(upside_down))
    assert report["verdict"]["answer"] == "fail"
    assert report["checks"]["direction_charge"]["answer"] == "fail"
    line = capsys.readouterr().err
    assert line.startswith("stress: fail: ") and "direction_charge" in line and line.count("\n") == 1


def test_the_same_file_and_rows_give_the_same_report(run):
    test, model = rows(300, seed=2), model_bytes(rows(1000))
    assert run(test, model) == run(test, model)


def test_a_missing_model_or_test_stops_the_stage_and_writes_nothing(tmp_path):
    paths = {"params": ROOT / "params.yaml", "metrics": tmp_path / "stress.json"}
    with pytest.raises(Refusal, match=r"model\.onnx"):
        stress.run(model=tmp_path / "model.onnx", test=tmp_path / "test.parquet", **paths)
    (tmp_path / "model.onnx").write_bytes(model_bytes(rows(400)))
    with pytest.raises(Refusal, match=r"test\.parquet"):
        stress.run(model=tmp_path / "model.onnx", test=tmp_path / "test.parquet", **paths)
    assert not (tmp_path / "stress.json").exists()


@pytest.mark.parametrize(("there", "wanted", "drawn"), [(10, 4, 4), (4, 10, 4), (4, 4, 4)])
def test_rows_are_drawn_once_each_and_keep_their_order(there, wanted, drawn):
    found = stress.draw(there, wanted, seed=1)
    assert len(found) == drawn and np.all(np.diff(found) > 0)
