import numpy as np
import pytest

from mainstay.pipeline.training.choice import gaps, simplest, standard_error

FOLDS = np.array([0.40, 0.43, 0.38, 0.41])  # folds differ far more than families do


@pytest.mark.parametrize(
    ("behind", "chosen"),
    [
        ({"logistic": [0, 0, 0, 0], "boosting": [0, 0, 0, 0]}, "logistic"),
        ({"logistic": [0.003, 0.003, 0.003, 0.003], "boosting": [0, 0, 0, 0]}, "boosting"),
        ({"logistic": [0.003, -0.002, 0.003, -0.002], "boosting": [0, 0, 0, 0]}, "logistic"),
        ({"logistic": [0, 0, 0, 0], "boosting": [0.003, 0.002, 0.003, 0.002]}, "logistic"),
        ({"logistic": [0.02, 0.02, 0.02, 0.02], "boosting": [0.001, -0.001, 0.002, 0], "blend": [0] * 4}, "boosting"),
        ({"logistic": [0.02, 0.02, 0.02, 0.02], "boosting": [0.003, 0.002, 0.003, 0.002], "blend": [0] * 4}, "blend"),
    ],
)
def test_the_simplest_family_within_one_standard_error_of_the_best_is_chosen(behind, chosen):
    assert simplest(gaps({family: FOLDS + loss for family, loss in behind.items()})) == chosen


def test_gaps_are_paired_so_that_what_folds_have_in_common_does_not_count():
    apart = gaps({"logistic": FOLDS + 0.001, "boosting": FOLDS})
    assert apart["logistic"].standard_error < 1e-12 < standard_error(FOLDS)


def test_one_fold_has_no_standard_error():
    with pytest.raises(ValueError, match="two or more"):
        gaps({"logistic": np.array([0.4])})
