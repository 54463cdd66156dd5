import pytest
import yaml
from imports import ROOT

from mainstay.pipeline.adoption.project import pipeline, with_min_rows, without_stages
from mainstay.refusal import Refusal

DVC = """\
# ours
stages:
  simulate: # made up
    cmd: simulate raw=data/raw
    outs: [data/raw, data/truth.parquet]

  validate:
    cmd: validate contract=data/contract.yaml raw=data/raw   # spaces stay

  truth:
    cmd: truth
    metrics:
      - metrics/truth.json: {cache: false}
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        (tmp_path / "dvc.yaml").write_text(text)
        return tmp_path / "dvc.yaml"

    return write


def test_the_pipeline_file_says_where_things_are_and_what_the_simulator_left(write):
    found = pipeline(write(DVC))
    assert (str(found.contract), str(found.raw)) == ("data/contract.yaml", "data/raw")
    assert found.simulated == ("simulate", "truth")
    assert [str(p) for p in found.leftovers] == ["data/truth.parquet", "metrics/truth.json"]


def test_a_pipeline_that_has_adopted_has_nothing_simulated(write):
    found = pipeline(write(without_stages(DVC, ("simulate", "truth"))))
    assert (found.simulated, found.leftovers) == ((), ())


@pytest.mark.parametrize("text", ["", "stages: []", "stages: {validate: {cmd: x}}", "{", "a: 1"])
def test_a_file_that_is_not_our_pipeline_is_refused(write, text):
    with pytest.raises(Refusal, match=r"dvc\.yaml: no stage `validate`"):
        pipeline(write(text))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match="run at the project's top"):
        pipeline(tmp_path / "dvc.yaml")


def test_stages_go_and_every_other_line_stays():
    wanted = (
        "# ours\nstages:\n  validate:\n    cmd: validate contract=data/contract.yaml raw=data/raw   # spaces stay\n"
    )
    assert without_stages(DVC, ("simulate", "truth")) == wanted


def test_the_shipped_stages_can_be_removed_by_dvc_because_they_hold_no_variable():
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    assert not any("${" in str(stages[name]) for name in ("simulate", "truth") if name in stages)


def test_the_number_of_rows_changes_and_every_other_character_stays(tmp_path):
    text = "a: 1   # x\nvalidate: {leak: .5, min_rows: 200} # rows\nb:\n  min_rows: 7\n"
    assert with_min_rows(text, 3521, tmp_path) == text.replace("200", "3521")


@pytest.mark.parametrize("text", ["", "validate: 1\n", "validate: {a: 1}\n", "a: [\n"])
def test_params_without_the_number_are_refused(tmp_path, text):
    with pytest.raises(Refusal, match=r"validate\.min_rows is missing"):
        with_min_rows(text, 1, tmp_path / "params.yaml")
