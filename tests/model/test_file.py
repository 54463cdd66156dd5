import dataclasses
import hashlib

import numpy as np
import pandas as pd
import pytest
from ensembles import contract, leaf, model, numbers, split, tree

from mainstay.model.export import to_onnx
from mainstay.model.file import Model, Reason
from mainstay.model.trees import Ensemble
from mainstay.refusal import Refusal
from mainstay.rows.contract import Column


def test_reasons_come_biggest_first_whatever_their_sign():
    added = {"x0": 0.2, "x1": -3.0, "x2": 1.0}
    steps = tuple(tree(split(f, 0.0, leaf(-v), leaf(v))) for f, v in enumerate(added.values()))
    frame = pd.DataFrame({"x0": [1.0, 1.0], "x1": [1.0, -1.0], "x2": [1.0, -5.0]})
    first, second = model(Ensemble(0.0, steps, 3)).explain(frame, top=2)
    assert first == [Reason("x1", 1.0, -3.0), Reason("x2", 1.0, 1.0)]
    assert second == [Reason("x1", -1.0, 3.0), Reason("x2", -5.0, -1.0)]


def test_reasons_show_the_value_that_the_table_holds():
    plan = contract(Column("plan", "category", values=("a", "b"), missing=1.0))
    loaded = model(Ensemble(0.0, (tree(split(0, 0.5, leaf(1.0), leaf(-1.0))),), 1), plan)
    explained = loaded.explain(pd.DataFrame({"plan": ["a", "new", "b"]}))
    assert [(r.feature, r.value) for (r,) in explained] == [("plan", "a"), ("plan", "new"), ("plan", "b")]


def test_one_row_a_table_and_a_matrix_score_the_same_bits():
    loaded = model(Ensemble(0.1, (tree(split(0, 0.5, split(1, 1.0, leaf(-1.0), leaf(0.3)), leaf(0.7))),), 2))
    frame = pd.DataFrame({"x1": [0.0, 1.0, 2.0, None], "x0": [None, 0.5, 0.1, 0.7]})
    by_table = loaded.score(frame)
    by_row = [loaded.score_one({k: None if v != v else v for k, v in r.items()}) for r in frame.to_dict("records")]
    np.testing.assert_array_equal(by_table, loaded.score_matrix(frame[["x0", "x1"]].to_numpy(np.float32)))
    np.testing.assert_array_equal(by_table, by_row)
    assert by_table.dtype == np.float32


def test_the_digest_is_of_the_bytes(tmp_path):
    data = to_onnx(Ensemble(0.0, (tree(leaf(1.0)),), 1), contract(*numbers(1)), {})
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    assert Model.load(path).digest == hashlib.sha256(data).hexdigest()


def test_an_absent_file_is_named():
    with pytest.raises(Refusal, match=r"absent.onnx: cannot be read: No such file or directory; run `dvc repro`"):
        Model.load("absent.onnx")


@pytest.mark.parametrize("X", [np.zeros((2, 3)), np.zeros((2, 2), np.float32), np.zeros(3, np.float32)])
def test_a_matrix_of_another_shape_or_type_is_a_mistake_of_the_caller(X):
    with pytest.raises(ValueError, match=r"wanted float32 \(n, 3\)"):
        model(Ensemble(0.0, (tree(leaf(1.0)),), 3)).score_matrix(X)


def test_a_loaded_model_cannot_be_changed():
    loaded = model(Ensemble(0.0, (tree(leaf(1.0)),), 1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        loaded.digest = "0"
