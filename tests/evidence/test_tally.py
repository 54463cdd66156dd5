import numpy as np

from mainstay.evidence.tally import tally


def test_rows_of_one_score_share_a_place_and_the_highest_stands_first():
    t = tally(np.array([1, 0, 0, 1]), np.array([0.2, 0.7, 0.2, 0.2], dtype=np.float32))
    assert t.score.round(6).tolist() == [0.7, 0.2]
    assert t.positives.tolist() == [0, 2] and t.negatives.tolist() == [1, 1]
    assert (t.leavers, t.stayers, t.total) == (2, 2, 4)
