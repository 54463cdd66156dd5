import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from ensembles import MAX, chain, contract, ensembles, leaf, matrices, numbers, split, tree
from hypothesis import given

from mainstay.model.export import to_onnx
from mainstay.model.file import Model
from mainstay.model.trees import Ensemble
from mainstay.refusal import Refusal


def run(data, X):
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return session.run(["probability", "contributions"], {"features": X})


@given(ensembles(), matrices())
def test_onnxruntime_scores_and_explains_the_file_as_we_do(ensemble, X):
    data = to_onnx(ensemble, contract(), {})
    probability, contributions = run(data, X)
    model = Model.from_bytes(data)
    np.testing.assert_allclose(model.score_matrix(X), probability[:, 0], rtol=0, atol=1e-6)
    np.testing.assert_allclose(model.contributions(X), contributions, rtol=0, atol=1e-5)


def test_the_file_passes_onnx_own_checker():
    onnx.checker.check_model(onnx.load_from_string(to_onnx(small(), contract(), {})), full_check=True)


def test_contract_and_facts_travel_in_the_file():
    about = {"family": "boosting", "operating_point": 0.25, "split": {"test_from": "2024-01-01"}}
    model = Model.from_bytes(to_onnx(small(), contract(), about))
    assert model.contract == contract()
    assert model.about == about


def test_a_threshold_between_two_float32_is_rounded_down_so_that_every_float32_goes_the_same_way():
    between = float(np.float32(0.1)) + 1e-10
    threshold = np.array([between, 0, 0])
    stump = tree(split(0, 0.0, leaf(-1.0), leaf(1.0)))
    stump = type(stump)(stump.feature, threshold, stump.missing_left, stump.left, stump.right, stump.value)
    low = np.float32(0.1)
    X = np.array([[low], [np.nextafter(low, np.float32(1))]], dtype=np.float32)
    scores = Model.from_bytes(to_onnx(Ensemble(0.0, (stump,), 1), contract(*numbers(1)), {})).score_matrix(X)
    assert scores[0] < 0.5 < scores[1]


def test_the_order_of_facts_does_not_change_the_bytes():
    one = to_onnx(small(), contract(), {"a": 1, "b": {"c": 2, "d": 3}})
    other = to_onnx(small(), contract(), {"b": {"d": 3, "c": 2}, "a": 1})
    assert one == other


def test_the_bytes_are_the_same_in_another_process_with_another_hash_seed():
    code = "import sys, test_export as t; sys.stdout.buffer.write(t.to_onnx(t.small(), t.contract(), {'a': 1, 'b': 2}))"
    written = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert written == {to_onnx(small(), contract(), {"a": 1, "b": 2})}


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (Ensemble(0.0, (tree(leaf(1.0)),), 2), "2 features, the contract 3"),
        (Ensemble(float("nan"), (tree(leaf(1.0)),), 3), "base_values: wanted finite"),
        (Ensemble(0.0, (tree(leaf(float("inf"))),), 3), "target_weights: wanted finite"),
        (Ensemble(0.0, (tree(split(0, np.inf, leaf(0.0), leaf(1.0))),), 3), "nodes_values: wanted finite"),
        (Ensemble(0.0, (tree(split(3, 0.0, leaf(0.0), leaf(1.0))),), 3), "nodes_featureids"),
        (Ensemble(0.0, (), 3), "no trees"),
        (Ensemble(0.0, (tree(split(1, 0.0, chain(64), leaf(0.0))),), 3), "65 leaves"),
    ],
)
def test_what_could_not_be_loaded_again_is_not_exported(broken, complaint):
    with pytest.raises(Refusal, match=complaint):
        to_onnx(broken, contract(), {})


def test_facts_that_are_no_json_are_not_exported():
    with pytest.raises(ValueError, match="JSON"):
        to_onnx(small(), contract(), {"rate": float("nan")})


def test_the_metadata_is_json_that_anyone_can_read():
    model = onnx.load_from_string(to_onnx(small(), contract(), {"family": "boosting"}))
    (entry,) = model.metadata_props
    assert json.loads(entry.value)["contract"]["columns"][0]["name"] == "x0"


def small():
    shape = split(0, 0.5, split(1, MAX, leaf(-1.0), leaf(0.25), True), leaf(1.0))
    return Ensemble(-0.5, (tree(shape), tree(split(2, 1.0, leaf(0.1), leaf(-0.1)))), 3)
