import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from mainstay.evidence.leak import separations
from mainstay.rows.contract import UNSEEN, Column, Contract, Outcome

N = 600
Y = (np.arange(N) % 4 == 0).astype(float)
NOISE = np.random.default_rng(0).random(N)


def one(kind: str, x: np.ndarray, churned: np.ndarray = Y):
    """The separation of a single column."""
    values = ("a", "b") if kind == "category" else ()
    contract = Contract(
        "id", None, Outcome("y", None, "1", "0", None, 0, 0), (), None, (Column("x", kind, values=values),)
    )
    found = separations(np.asarray(x, dtype=np.float32)[:, None], churned, contract, above=0.98)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("what", "kind", "x"),
    [
        ("a copy", "number", Y),
        ("a copy the other way round", "number", 1 - Y),
        ("a copy with noise", "number", Y + NOISE / 2),
        ("a category that tells all", "category", Y),
        ("both ends of a number", "number", np.where(Y == 1, np.where(NOISE < 0.5, -1, 1), NOISE - 0.5)),
        ("zero for almost all leavers", "integer", np.where((Y == 1) & (NOISE > 0.01), 0, 1 + 9 * NOISE)),
        ("filled only after leaving", "number", np.where(Y == 1, NOISE, np.nan)),
        ("emptied after leaving", "number", np.where(Y == 1, np.nan, NOISE)),
    ],
)
def test_a_column_that_knows_the_outcome_is_a_leak(what, kind, x):
    assert one(kind, x).reason, what


@pytest.mark.parametrize(
    ("what", "kind", "x"),
    [
        ("noise", "number", NOISE),
        ("a strong but honest column", "number", Y + NOISE * 2),
        ("a category of many values, seen a few times each", "category", np.arange(N) // 2),
        ("one constant", "number", np.ones(N)),
        ("never filled", "number", np.full(N, np.nan)),
        ("only unseen values", "category", np.full(N, UNSEEN)),
        ("an id", "integer", np.arange(N)),
    ],
)
def test_a_column_that_does_not_is_none(what, kind, x):
    found = one(kind, x)
    assert found.reason is None and found.auc < 0.95, what


def test_the_reason_names_what_is_exact():
    assert one("number", np.where(Y == 1, NOISE, np.nan)).reason == "is missing exactly for those who stayed"
    assert one("number", np.where(Y == 1, 7, 8 + NOISE)).reason == "is constant exactly for those who left"


def test_the_auc_of_a_number_is_that_of_scikit_learn():
    x = np.round(NOISE * 20 + Y * 3)
    assert one("number", x).auc == pytest.approx(roc_auc_score(Y, x), abs=0.02)
    assert one("number", x).auc >= roc_auc_score(Y, x) - 1e-12


def test_rows_whose_outcome_is_not_known_are_passed_over():
    unknown = np.where(np.arange(N) < N // 2, np.nan, Y)
    x = np.where(np.arange(N) < N // 2, 1 - Y, Y)
    assert one("number", x, unknown).auc == 1.0


def test_of_too_few_leavers_nothing_is_said():
    assert one("number", Y, np.where(np.arange(N) < 19, 1.0, 0.0)) is None


def test_the_widest_separation_comes_first():
    columns = tuple(Column(name, "number") for name in ("noise", "copy"))
    contract = Contract("id", None, Outcome("y", None, "1", "0", None, 0, 0), (), None, columns)
    found = separations(np.column_stack([NOISE, Y]).astype(np.float32), Y, contract, above=0.98)
    assert [s.column for s in found] == ["copy", "noise"]
