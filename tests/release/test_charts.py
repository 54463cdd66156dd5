import numpy as np
import pytest

from mainstay.release.charts import charts
from mainstay.release.side_by_side import Scored

OUTCOME = (np.arange(200) % 5 == 0).astype(float)
SCORE = np.linspace(0.05, 0.6, 200)


def test_two_models_are_drawn_in_three_charts():
    text = charts(Scored(OUTCOME, SCORE, SCORE[::-1]))
    assert text.count("```mermaid") == 3
    assert "🟦 champion" in text and "Rank correlation of the two models: -1.000." in text


def test_a_first_model_is_drawn_alone():
    text = charts(Scored(OUTCOME, SCORE, None))
    assert text.count("```mermaid") == 2
    assert "champion" not in text


@pytest.mark.parametrize("champion", [np.full(200, 0.2), SCORE])
def test_models_of_one_score_or_of_the_same_scores_are_drawn(champion):
    text = charts(Scored(OUTCOME, SCORE, champion))
    assert "nan" not in text
    assert text.count("```mermaid") == 3
