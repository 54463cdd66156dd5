"""Two scorers of the same made-up customers, as good as they are told to be."""

import numpy as np
from scipy.stats import norm

RATE = 0.265


def rivals(random, rows, rho, loss=0.0, auc=0.845):
    """Outcomes, champion and candidate: true probabilities of either scorer's own, so both are well calibrated.

    Their scores are normal within a class, with correlation `rho` there; the candidate's AUC is less by `loss`.
    """
    y = (random.random(rows) < RATE).astype(int)
    first, other = random.standard_normal((2, rows))
    second = rho * first + np.sqrt(1 - rho**2) * other
    return y, probability(y, first, auc), probability(y, second, auc - loss)


def probability(y, noise, auc):
    apart = np.sqrt(2) * norm.ppf(auc)
    odds = np.log(RATE / (1 - RATE)) + apart * (noise + apart * y - apart / 2)
    return 1 / (1 + np.exp(-odds))
