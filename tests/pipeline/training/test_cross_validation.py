import numpy as np
import pytest
from churners import COLUMNS, churners, settings
from scipy.special import expit
from sklearn.metrics import log_loss, roc_auc_score

from mainstay.pipeline.families import logistic
from mainstay.pipeline.training.cross_validation import cross_validate, fold_of
from mainstay.pipeline.training.folds import Fold, by_customer
from mainstay.pipeline.training.rows import TrainingRows
from mainstay.refusal import Refusal


def rows_of(n=300, kept=None):
    X, y = churners(n)
    ids = np.array([f"C{i}" for i in range(n)])
    return TrainingRows(X, y, ids, None, np.ones(n, dtype=bool) if kept is None else kept)


def scored(rows, folds):
    said = []
    return cross_validate(rows, COLUMNS, folds, settings(), said.append), said


def test_every_family_and_the_yardstick_are_scored_and_told_of():
    rows = rows_of()
    found, said = scored(rows, by_customer(rows.ids, rows.y, 3, seed=1))
    assert list(found) == ["logistic", "boosting", "blend", "plain_logistic"]
    assert [line.split(":")[0] for line in said] == list(found)


def test_scores_of_a_fold_are_those_of_a_model_of_the_other_rows():
    rows = rows_of()
    folds = by_customer(rows.ids, rows.y, 3, seed=1)
    found = scored(rows, folds)[0]["logistic"]
    for k, fold in enumerate(folds):
        own = logistic.fit(rows.X[fold.train], rows.y[fold.train], COLUMNS, settings()).log_odds(rows.X[fold.test])
        assert (found.log_odds[fold.test] == own).all()
        assert found.roc_auc[k] == pytest.approx(roc_auc_score(rows.y[fold.test], own))
        assert found.log_loss[k] == pytest.approx(log_loss(rows.y[fold.test], expit(own)))


def test_the_blend_is_the_mean_of_its_parts_on_the_same_folds():
    rows = rows_of()
    found, _ = scored(rows, by_customer(rows.ids, rows.y, 3, seed=1))
    assert found["blend"].log_odds == pytest.approx((found["logistic"].log_odds + found["boosting"].log_odds) / 2)


def test_rows_that_are_not_kept_are_scored_but_neither_fitted_nor_measured():
    X, y = churners(300)
    kept = np.arange(300) >= 60
    turned = np.where(kept, y, 1 - y)
    ids = np.array([f"C{i}" for i in range(300)])
    folds = by_customer(ids, y, 3, seed=1)
    one, _ = scored(TrainingRows(X, y, ids, None, kept), folds)
    other, _ = scored(TrainingRows(X, turned, ids, None, kept), folds)
    for family in one:
        assert (one[family].log_odds == other[family].log_odds).all()
        assert (one[family].log_loss == other[family].log_loss).all()
        assert one[family].calibration_error == other[family].calibration_error


def test_rows_that_no_fold_tests_have_no_score():
    rows = rows_of()
    folds = [Fold(np.arange(100), np.arange(100, 200)), Fold(np.arange(200), np.arange(200, 300))]
    found, _ = scored(rows, folds)
    assert np.isnan(found["logistic"].log_odds[:100]).all() and np.isfinite(found["logistic"].log_odds[100:]).all()
    assert list(np.unique(fold_of(300, folds), return_counts=True)[1]) == [100, 100, 100]


@pytest.mark.parametrize("folds", [[], [Fold(np.arange(100), np.arange(100, 200))]])
def test_fewer_than_two_folds_are_refused(folds):
    with pytest.raises(Refusal, match=f"saw {len(folds)} folds"):
        scored(rows_of(), folds)


def test_a_fold_of_one_class_is_refused():
    rows = rows_of()
    stayers = np.flatnonzero(rows.y == 0)
    others = np.setdiff1d(np.arange(300), stayers[:50])
    folds = [Fold(others, stayers[:50]), Fold(stayers, others)]
    with pytest.raises(Refusal, match="fold 1 of 2 tests on 50 rows, 0 of them leavers"):
        scored(rows, folds)
