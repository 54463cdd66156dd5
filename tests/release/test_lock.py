import pytest
import yaml
from imports import ROOT

from mainstay.refusal import Refusal
from mainstay.release.lock import MODEL, TEST, Output, outputs

LOCK = """
schema: '2.0'
stages:
  simulate:
    outs: [{path: data/raw, hash: md5, md5: aaa.dir, size: 9, nfiles: 2}]
  train:
    deps: [{path: data/train.parquet, md5: bbb, size: 1}]
    outs: [{path: data/model.onnx, hash: md5, md5: ccc, size: 12}]
  truth:
    cmd: nothing comes of it
"""


def test_outputs_of_all_stages_are_found_by_path():
    assert outputs(LOCK) == {"data/raw": Output("data/raw", "aaa.dir", 9), MODEL: Output(MODEL, "ccc", 12)}


@pytest.mark.parametrize(
    "text", ["", "[]", "stages: 1", "<<<<<<< HEAD\n=======", "{", "stages: {a: {outs: [{md5: x}]}}", b"\xff"]
)
def test_what_is_no_lock_file_is_refused(text):
    with pytest.raises(Refusal, match="dvc repro"):
        outputs(text)


def test_the_pipeline_makes_the_two_files_that_a_verdict_is_about():
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    assert {MODEL, TEST} <= {out for stage in stages.values() for out in stage.get("outs", ())}
