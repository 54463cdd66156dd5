import msgspec
import numpy as np
import pytest
from churners import COLUMNS, churners, settings
from imports import ROOT
from scipy.special import expit

from mainstay import params
from mainstay.pipeline.training.rows import TrainingRows
from mainstay.pipeline.training.selection import choose
from mainstay.rows.contract import Contract, Outcome

CONTRACT = Contract("id", None, Outcome("churned", None, "1", "0", None, 0, 0), (), None, COLUMNS)
PROFIT = params.load(ROOT / "params.yaml", "profit")


def rows(kept=None, n=600):
    X, y = churners(n)
    return TrainingRows(X, y, np.arange(n).astype(str), None, np.ones(n, dtype=bool) if kept is None else kept)


def chosen(rows, share=0.1, **changed):
    profit = msgspec.structs.replace(PROFIT, contact_share=share)
    return choose(rows, CONTRACT, settings(**changed), profit, lambda _: None)


def test_where_the_truth_is_additive_the_simplest_family_is_chosen():
    assert chosen(rows()).family == "logistic"


def test_where_features_interact_logistic_is_not_chosen():
    X, _ = churners(1500)
    inside = (X[:, 0] > 36) == (X[:, 4] > 0)  # leaves where tenure and noise agree
    y = (np.random.default_rng(0).random(1500) < np.where(inside, 0.8, 0.2)).astype(np.int8)
    crossed = TrainingRows(X, y, np.arange(1500).astype(str), None, np.ones(1500, dtype=bool))
    assert chosen(crossed).family == "boosting"


def test_params_overrule_the_choice_but_not_the_record():
    found = chosen(rows(), model="boosting")
    assert found.family == "boosting" and found.gaps["boosting"].mean > found.gaps["logistic"].mean


@pytest.mark.parametrize("share", [0.05, 0.3])
def test_the_contact_share_of_all_customers_is_at_or_above_the_operating_point(share):
    kept = np.arange(600) % 3 > 0
    found = chosen(rows(kept), share)
    scores = expit(found.calibration.sigmoid(found.scored[found.family].log_odds))
    assert (scores >= found.operating_point).mean() == pytest.approx(share, abs=0.005)
