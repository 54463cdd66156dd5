import numpy as np
from contest import model_bytes, table

from mainstay.model.file import Model
from mainstay.release.moved import EXAMPLES, moved
from mainstay.release.side_by_side import Scored

FRAME = table((10, 2, 0, 1), (10, 5, 1, 0), (10, 1, 2, 2))
CHAMPION = Model.from_bytes(model_bytes("champion_band", [0.1, 0.6, 0.2]))
CANDIDATE = Model.from_bytes(model_bytes("candidate_band", [0.1, 0.6, 0.2]))


def found(champion=CHAMPION, candidate=CANDIDATE):
    scored = Scored(FRAME["churned"].to_numpy(float), candidate.score(FRAME), champion.score(FRAME))
    return moved(FRAME, FRAME["customer"].to_numpy(str), scored, champion, candidate)


def test_those_who_rose_and_those_who_fell_are_shown_with_each_models_reason():
    seen = found()
    assert len(seen) == 2 * EXAMPLES
    first, last = seen[0], seen[-1]
    assert (first.customer, first.day, first.left) == ("C000000", "2024-06-01", True)
    assert first.candidate.rank < first.champion.rank and last.candidate.rank > last.champion.rank
    assert np.isclose(first.candidate.score, 0.6) and np.isclose(first.champion.score, 0.1)
    assert first.champion.reasons[0].feature == "champion_band"
    assert first.candidate.reasons[0].feature == "candidate_band"
    assert first.candidate.reasons[0].value == 1


def test_between_equal_models_no_one_moves():
    assert found(candidate=CHAMPION) == ()
