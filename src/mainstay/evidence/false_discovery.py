"""Of many p-values, the false discovery rate at which each would still be called a discovery."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def adjusted(p: Sequence[float]) -> np.ndarray:
    """q-values, float64 [m], of m p-values (Benjamini & Hochberg 1995).

    scipy.stats has the same, and takes half a second and 50 MB to import, which the watch would pay at every look.
    """
    p = np.asarray(p, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    ranked = p[order] * p.size / np.arange(1, p.size + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q
