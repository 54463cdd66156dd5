"""The whole pipeline, as `make repro` runs it, in clones of the project; on simulated data, small.

It runs here even where the project itself has adopted its own data: the clones put the simulator back.
"""

import hashlib
import json
import os

import ibis
import numpy as np
import pytest
import yaml
from sandbox import SMALL, clone, git, repro, run

from mainstay.model.expression import PROBABILITY, scored
from mainstay.model.file import Model
from mainstay.rows.rules import schema, sql
from mainstay.rows.table import engine, literal, read_frame


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    project = clone(tmp_path_factory.mktemp("first") / "churn", SMALL)
    repro(project, cpus={min(os.sched_getaffinity(0))}, OMP_NUM_THREADS="1", PYTHONHASHSEED="1")
    return project


def test_a_fresh_clone_ends_with_measures_that_mean_something(finished):
    measures = json.loads((finished / "metrics/evaluation.json").read_text())
    assert 0.6 < measures["roc_auc"] < 0.9
    assert measures["rows"] > 500
    assert measures["positives"] == pytest.approx(measures["rows"] * measures["base_rate"], abs=0.01)


@pytest.mark.parametrize("judge", ["data_quality", "stress", "truth"])
def test_every_judge_answers_in_its_file(finished, judge):
    verdict = json.loads((finished / f"metrics/{judge}.json").read_text())["verdict"]
    assert verdict["answer"] in ("pass", "fail", "inconclusive")


def test_a_second_run_does_nothing(finished):
    assert "Data and pipelines are up to date" in repro(finished).stdout


def test_show_prints_the_measures(finished):
    shown = run(finished, "mainstay", "show")
    assert shown.returncode == 0, shown.stderr
    assert "roc_auc" in shown.stdout and "metrics/" in shown.stdout


def test_the_model_as_an_expression_scores_every_test_row_as_the_file_does(finished):
    model, rows = Model.load(finished / "data/model.onnx"), finished / "data/test.parquet"
    frame = read_frame(rows)
    with engine() as connection:
        connection.execute(f"CREATE VIEW test AS SELECT * FROM read_parquet({literal(rows)})")  # noqa: S608  a path of ours
        query = sql(scored(ibis.table(schema(model.contract), name="test"), model)[[PROBABILITY]])
        found = connection.execute(query).fetchnumpy()[PROBABILITY]
    assert len(found) == len(frame) > 500
    np.testing.assert_allclose(found, model.score(frame), rtol=0, atol=1e-6)


def test_another_clone_with_other_threads_kernel_and_hash_seed_makes_the_same_bytes(finished, tmp_path):
    project = clone(tmp_path / "elsewhere", SMALL)
    repro(project, OMP_NUM_THREADS="3", PYTHONHASHSEED="99", OPENBLAS_CORETYPE="Haswell", OPENBLAS_NUM_THREADS="2")
    assert results(project) == results(finished)


def test_the_model_is_shared_by_the_embedded_remote(finished, tmp_path):
    pushed = run(finished, "dvc", "push")
    assert pushed.returncode == 0, pushed.stderr
    model = (finished / "data/model.onnx").read_bytes()
    (finished / "data/model.onnx").unlink()
    assert run(finished, "dvc", "pull", "data/model.onnx").returncode == 0
    assert (finished / "data/model.onnx").read_bytes() == model


def results(project):
    """Digest of everything that a run makes and git or DVC keep."""
    lock = yaml.safe_load((project / "dvc.lock").read_text())
    made = [path for stage in lock["stages"].values() for path in (out["path"] for out in stage["outs"])]
    made += git(project, "ls-files", "--others", "--modified", "--exclude-standard", "--", "metrics").split()
    files = sorted(f for name in {*made, "dvc.lock"} for f in _files(project / name))
    assert project / "data/model.onnx" in files
    return {str(f.relative_to(project)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def _files(path):
    return [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
