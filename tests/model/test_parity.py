import numpy as np
import pytest
from ensembles import contract, leaf, numbers, split, tree

from mainstay.model.export import to_onnx
from mainstay.model.file import Model
from mainstay.model.parity import check_parity
from mainstay.model.trees import Ensemble
from mainstay.refusal import Refusal

DATA = to_onnx(Ensemble(0.0, (tree(split(0, 0.0, leaf(-1.0), leaf(1.0))),), 1), contract(*numbers(1)), {})
X = np.array([[-1.0], [1.0], [np.nan]], dtype=np.float32)
EXPECTED = Model.from_bytes(DATA).score_matrix(X).astype(np.float64)


def test_equal_scores_pass_with_their_biggest_difference():
    assert 0 < check_parity(DATA, X, EXPECTED + np.array([0, 5e-7, 0])) <= 1e-6


@pytest.mark.parametrize("gap", [2e-6, -0.1, float("nan")])
def test_a_difference_names_the_row_and_what_was_seen_and_wanted(gap):
    with pytest.raises(Refusal, match=r"mainstay scores row 1 as 0\.731058\d+, the fitted model as .* at most 1e-06"):
        check_parity(DATA, X, EXPECTED + np.array([0, gap, 0]))


def test_onnxruntime_is_asked_too(monkeypatch):
    monkeypatch.setattr("mainstay.model.parity._onnxruntime", lambda data, X: EXPECTED + 1e-3)
    with pytest.raises(Refusal, match="onnxruntime scores row 0"):
        check_parity(DATA, X, EXPECTED)


def test_nothing_to_compare_is_no_parity():
    with pytest.raises(ValueError, match="wanted as many, and some"):
        check_parity(DATA, X[:0], EXPECTED[:0])
