"""The model file as an Ibis expression, and by it as SQL: scores where the rows already are.

A value is rounded to float32 before it is compared, as in the file. Thresholds stand half-way to the next float32:
then no engine's way to read a decimal number moves a row to the other side, nor does an engine without float32. Sums
are balanced: chains of a hundred terms take engines three times as long.
"""

from __future__ import annotations

import ibis
import numpy as np

from mainstay.model.file import Model
from mainstay.model.scorer import MAX_LOG_ODDS
from mainstay.model.trees import Tree
from mainstay.rows.rules import code

PROBABILITY = "probability"

Codes = list[ibis.Value]
"""A float64 column a feature, rounded to float32; NULL where missing."""


def scored(table: ibis.Table, model: Model) -> ibis.Table:
    """A table of contract values, missing ones NULL, with the probability (float64) of churn of each row beside."""
    contract = model.contract
    observed_on = table[contract.observed_on] if any(c.kind == "date" for c in contract.features) else None
    codes = {
        _name(f): code(table[c.name], c, observed_on, ibis.null("float32")).cast("float64")
        for f, c in enumerate(contract.features)
        if model.scorer.tables.edges[f].size
    }
    coded = table.mutate(**codes)
    log_odds = _log_odds([coded[_name(f)] if _name(f) in codes else None for f in range(model.n_features)], model)
    bounded = ibis.greatest(ibis.least(log_odds, _number(MAX_LOG_ODDS)), _number(-MAX_LOG_ODDS))
    return coded.mutate(**{PROBABILITY: 1.0 / (1.0 + (-bounded).exp())}).drop(*codes)


def _name(feature: int) -> str:
    return f"__code_{feature}"


def _log_odds(codes: Codes, model: Model) -> ibis.Value:
    tables = model.scorer.tables
    steps = [_steps(codes[f], tables.edges[f], own) for f, own in enumerate(tables.steps) if own is not None]
    trees = [_below(0, model.ensemble.trees[t], codes) for t in tables.forest]
    return _sum([_number(tables.base), *steps, *trees])


def _sum(terms: list[ibis.Value]) -> ibis.Value:
    """The sum, as a balanced tree of additions."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return _sum(terms[:half]) + _sum(terms[half:])


def _below(node: int, tree: Tree, codes: Codes) -> ibis.Value:
    """What a tree adds to the log-odds of a row that reached the node."""
    feature = int(tree.feature[node])
    if feature < 0:
        return _number(tree.value[node])
    goes_left = codes[feature] <= _number(_past(tree.threshold[node]))  # NULL goes right, as what is not true
    if tree.missing_left[node]:
        goes_left = codes[feature].isnull() | goes_left
    left, right = (_below(int(child), tree, codes) for child in (tree.left[node], tree.right[node]))
    return ibis.ifelse(goes_left, left, right)


def _steps(code: ibis.Value, edges: np.ndarray, steps: np.ndarray) -> ibis.Value:
    """What all trees on one feature add: the number of the value's bin, found by halving."""
    differ = np.flatnonzero(steps[:-2] != steps[1:-1])  # an edge between equal steps parts nothing
    found = _halved(code, edges[differ], steps[[*differ, edges.size]])
    return ibis.ifelse(code.isnull(), _number(steps[-1]), found)


def _halved(code: ibis.Value, edges: np.ndarray, steps: np.ndarray) -> ibis.Value:
    if not edges.size:
        return _number(steps[0])
    half = edges.size // 2
    below, above = _halved(code, edges[:half], steps[: half + 1]), _halved(code, edges[half + 1 :], steps[half + 1 :])
    return ibis.ifelse(code <= _number(_past(edges[half])), below, above)


def _past(threshold: np.float32) -> float:
    """Half-way from a float32 to the next one above."""
    with np.errstate(over="ignore"):
        above = float(np.nextafter(np.float32(threshold), np.float32(np.inf)))
    return (float(threshold) + above) / 2 if np.isfinite(above) else float(threshold)


def _number(value: float) -> ibis.Value:
    return ibis.literal(float(value), "float64")
