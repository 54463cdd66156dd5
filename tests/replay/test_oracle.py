from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from imports import ROOT
from past import month
from tiny import CONTRACT

from mainstay import params
from mainstay.replay.candidates import Candidate, Stopped
from mainstay.replay.history import History
from mainstay.replay.oracle import scores

OUTCOME = [1, 0, 0, 0, 1]
RIGHT, WRONG, FLAT = (np.array(s) for s in ([0.8, 0.1, 0.1, 0.1, 0.8], [0.1, 0.9, 0.9, 0.9, 0.1], [0.4] * 5))


@dataclass
class Shop:
    """Candidates whose scores are known."""

    history: History
    known: dict
    campaign: params.Profit = field(default_factory=lambda: params.load(ROOT / "params.yaml", "profit"))

    @property
    def made(self):
        return {n: Candidate(bytes([n]), {}, Path()) if s is not None else Stopped("x") for n, s in self.known.items()}

    def score(self, data, _month):
        return self.known[data[0]]


def shop(known, **changes):
    months = tuple(replace(month(OUTCOME, number=n), **changes) for n in (1, 2, 3))
    return Shop(History(CONTRACT, (), months), known)


def test_where_the_truth_is_known_it_is_the_truth():
    found, score = scores(shop({}, chance=RIGHT), (1, 2, 3), 2)
    assert found == "the truth" and score is RIGHT


def test_elsewhere_it_is_the_model_that_turned_out_best_of_those_made_by_then():
    known = {1: FLAT, 2: WRONG, 3: RIGHT}
    assert scores(shop(known), (1, 2, 3), 2)[0] == "2024-01"
    assert scores(shop(known), (1, 2, 3), 3)[0] == "2024-03"


def test_without_any_model_it_knows_nothing():
    assert scores(shop({1: None}), (1, 2, 3), 2) == (None, None)
