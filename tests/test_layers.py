"""Imports run one way, so that a reader can start at the bottom and never look up."""

import subprocess
import sys

import pytest
from imports import imported, modules

LAYER = {
    "refusal": -1,
    "verdict": 0,
    "params": 0,
    "rows": 1,
    "trust": 1,
    "evidence": 2,
    "model": 2,
    "pipeline": 3,
    "release": 3,
    "serving": 3,
    "monitoring": 3,
    "accepting": 4,
    "replay": 4,
    "laptop": 5,
    "commands": 5,
}
TOP = 5
LIFECYCLE = {"pipeline", "release", "serving", "monitoring"}


def folder(module):
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("module", [m for m in modules() if m != "mainstay"])
def test_a_module_imports_only_from_its_own_folder_and_from_lower_layers(module):
    mine = folder(module)
    for other in imported(modules()[module]) - {"mainstay"}:
        theirs = folder(other)
        same = theirs == mine
        lower = LAYER.get(theirs, TOP) < LAYER.get(mine, TOP)
        top = LAYER.get(mine, TOP) == TOP
        assert same or lower or top, f"{module} imports {other}"


def test_every_folder_has_its_layer():
    packages = {folder(m) for m in modules() if m.count(".") >= 2}
    assert packages <= set(LAYER), "a new folder needs a place among the layers"


def test_stages_never_import_one_another():
    stages = ["simulate", "validate", "split", "train", "evaluate", "stress", "truth"]
    for stage in stages:
        others = {f"mainstay.pipeline.{s}" for s in stages if s != stage}
        assert not imported(modules()[f"mainstay.pipeline.{stage}"]) & others


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("mainstay.cli", {"numpy", "pandas", "sklearn", "ibis", "duckdb", "dvc", "onnx"}),
        ("mainstay.trust.verify", {"numpy", "pandas", "sklearn", "ibis", "duckdb", "dvc", "onnx", "yaml"}),
        ("mainstay.release.registering", {"numpy", "pandas", "sklearn", "ibis", "duckdb", "dvc", "onnx"}),
        ("mainstay.rows.contract", {"numpy", "pandas", "sklearn", "ibis", "duckdb", "yaml"}),
        ("mainstay.model.file", {"pandas", "sklearn", "ibis", "duckdb", "dvc", "onnxruntime", "scipy"}),
        (
            "mainstay.serving.app",
            {"pandas", "sklearn", "ibis", "duckdb", "dvc", "onnxruntime", "scipy", "gto", "uvicorn"},
        ),
        ("mainstay.serving.batch", {"pandas", "sklearn", "ibis", "duckdb", "dvc", "onnxruntime", "scipy"}),
        ("mainstay.serving.sync", {"pandas", "sklearn", "ibis", "duckdb", "dvc", "onnxruntime", "scipy", "gto"}),
    ],
)
def test_light_modules_load_nothing_heavy(module, heavy):
    code = f"import sys, {module}; print(' '.join(sorted(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(loaded)
