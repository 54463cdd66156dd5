import numpy as np

from mainstay.pipeline.importance import importance


def test_what_the_scores_follow_is_important_and_what_they_ignore_is_exactly_nothing():
    random = np.random.default_rng(1)
    X = random.normal(size=(2000, 3)).astype(np.float32)
    outcome = (random.random(2000) < 1 / (1 + np.exp(-2 * X[:, 1]))).astype(float)
    contributions = np.column_stack([np.zeros(2000), 2 * X[:, 1], 0.1 * X[:, 2]])

    def score(X):
        return 1 / (1 + np.exp(-2 * X[:, 1] - 0.1 * X[:, 2]))

    kept = X.copy()
    found = importance(["ignored", "strong", "weak"], X, outcome, score, contributions, permutations=2, seed=7)
    assert [row["feature"] for row in found] == ["strong", "weak", "ignored"]
    assert found[0]["roc_auc_drop"] > 0.25 and found[0]["log_loss_rise"] > 0.3
    assert abs(found[1]["roc_auc_drop"]) < 0.02
    assert found[2] == {"feature": "ignored", "roc_auc_drop": 0, "log_loss_rise": 0, "mean_contribution": 0}
    assert np.array_equal(X, kept)
    assert found == importance(["ignored", "strong", "weak"], X, outcome, score, contributions, permutations=2, seed=7)
