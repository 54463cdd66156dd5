"""dvc.yaml says all that a stage depends on; DVC itself does not follow imports."""

import re

import pytest
import yaml
from imports import ROOT, SRC
from stage_deps import wanted

from mainstay.params import SECTIONS

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_lists_every_module_of_ours_that_it_comes_to_import(stage):
    listed = {dep for dep in STAGES[stage]["deps"] if dep.startswith("src/")}
    assert sorted(listed) == wanted(stage), "`make deps` writes them anew"


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_a_file_a_section_and_a_test(stage):
    assert (SRC / f"mainstay/pipeline/{stage}.py").exists()
    assert stage in SECTIONS and stage in STAGES[stage]["params"]
    assert (ROOT / f"tests/pipeline/test_{stage}.py").exists()


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_stage_writes_and_reads_is_what_dvc_knows_of(stage):
    spec = STAGES[stage]
    known = {
        next(iter(item)) if isinstance(item, dict) else item
        for key in ("deps", "outs", "metrics", "plots")
        for item in spec.get(key, [])
    }
    paths = {path for _, path in re.findall(r"(\w+)=(\S+)", spec["cmd"])} - {"params.yaml"}
    assert paths <= known | {"metrics/plots"}, "every path of the command is a dependency or a result"


@pytest.mark.parametrize("stage", STAGES)
def test_no_result_is_kept_in_a_way_that_turns_the_run_cache_off(stage):
    for out in STAGES[stage].get("outs", []):
        assert isinstance(out, str), "an out with `cache: false` or `persist: true` turns the run-cache off"


def test_every_stage_depends_on_the_locked_packages():
    for spec in STAGES.values():
        assert "requirements.txt" in spec["deps"]
