"""Path attribution: what each feature added to the score on the way from the root to a leaf.

At a split on feature f, value(child) - value(parent) goes to f; root value + all that was added = leaf value.
(Saabas 2014, "Interpreting random forests".)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.model.trees import Tree


@dataclass(frozen=True)
class LeafContributions:
    """Parallel arrays, sorted by leaf and feature; every leaf stands there at least once."""

    leaf: np.ndarray  # int, node index of the leaf
    feature: np.ndarray  # int
    value: np.ndarray  # float64, on the log-odds scale


def leaf_contributions(tree: Tree) -> LeafContributions:
    """What each feature adds at each leaf of one tree; a feature that adds nothing is left out."""
    found: list[tuple[int, int, float]] = []
    stack: list[tuple[int, dict[int, float]]] = [(0, {})]
    while stack:
        node, added = stack.pop()
        feature = int(tree.feature[node])
        if feature < 0:
            found += [(node, f, v) for f, v in sorted(added.items())] or [(node, 0, 0.0)]
            continue
        for child in (int(tree.right[node]), int(tree.left[node])):
            step = float(tree.value[child] - tree.value[node])
            stack.append((child, {**added, feature: added.get(feature, 0.0) + step}))
    leaf, feature, value = zip(*found, strict=True)
    return LeafContributions(np.array(leaf), np.array(feature), np.array(value, dtype=np.float64))
