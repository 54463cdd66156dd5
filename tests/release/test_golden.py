import datetime

import pytest
import tiny

from mainstay.model.selftest import selftest
from mainstay.refusal import Refusal
from mainstay.release.golden import golden


@pytest.fixture(scope="module")
def frame():
    return tiny.rows(400)


@pytest.fixture(scope="module")
def made(frame):
    return golden(tiny.model(frame), frame, 8, "test")


def test_rows_are_spread_over_the_scores_and_score_so_again(frame, made):
    scores = [g.score for g in made]
    assert len(made) == 8 and scores == sorted(scores) and scores[-1] > 2 * scores[0]
    selftest(tiny.model_bytes(frame), [(g.row, g.score) for g in made], 1e-9, "the model")


def test_they_are_nobodys_rows_and_name_nobody(frame, made):
    known = {tuple(row) for row in frame[["tenure_months", "charge", "plan", "auto_pay"]].astype(str).to_numpy()}
    for g in made:
        assert "customer_id" not in g.row and "churned" not in g.row
        assert tuple(str(g.row[n]) for n in ("tenure_months", "charge", "plan", "auto_pay")) not in known


def test_days_stay_together_so_that_none_is_after_the_observation(made):
    day = datetime.date.fromisoformat
    dated = [g.row for g in made if g.row["renewed_on"]]
    assert dated and all(day(row["renewed_on"]) <= day(row["observed_on"]) for row in dated)


def test_the_same_rows_make_the_same(frame, made):
    assert golden(tiny.model(frame), frame, 8, "test") == made


def test_of_no_rows_none_can_be_made(frame):
    with pytest.raises(Refusal, match="no golden row can be made"):
        golden(tiny.model(frame), frame.head(0), 8, "test")
