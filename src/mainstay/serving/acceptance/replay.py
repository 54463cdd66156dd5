"""Is the server, asked for the newest customers whose outcome is known, worth what the release was judged to be?"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from mainstay.evidence.measures import calibration_error, log_loss, roc_auc
from mainstay.evidence.tally import tally
from mainstay.model.file import Model
from mainstay.params import Accept
from mainstay.rows.contract import Contract
from mainstay.rows.judged import Judged
from mainstay.serving.acceptance.asking import Service, Unanswered, post
from mainstay.serving.acceptance.checked import Checked, checked
from mainstay.serving.acceptance.predictions import Wanted

if TYPE_CHECKING:
    import pandas

NAME = "replay"
SIGNED = ("roc_auc", "log_loss")
"""Figures that need no parameter, so that they can be compared with the signed ones."""


def replay(
    service: Service, model: Model, rows: Judged, wanted: Wanted, signed: dict[str, float | None], limits: Accept
) -> Checked:
    """Scores over HTTP against those of the model file here, row by row; figures against those and the signed ones.

    `rows` are those that the release was evaluated on. Where they are more than are replayed, they are the newest,
    and signed figures are of others.
    """
    at = newest(rows, model.contract, limits.replay_rows)
    frame, outcome = rows.frame.iloc[at], rows.outcome[at]
    scores, fault = served(service, list(documents(frame, model.contract, limits.rows_a_request)), wanted)
    if fault:
        return checked(NAME, [fault], {"rows": len(at)})
    here = model.score(frame).astype(np.float64)
    found, offline = figures(outcome, scores, limits.calibration_bins), figures(outcome, here, limits.calibration_bins)
    apart = float(np.abs(scores - here).max())
    faults = [f"a row scores {apart:.3g} otherwise than the model file here"] if apart > wanted.tolerance else []
    faults += unequal(found, offline, limits.figure_tolerance, "offline")
    if len(at) == len(rows.outcome):
        faults += unequal(found, {k: signed.get(k) for k in SIGNED}, limits.figure_tolerance, "signed")
    return checked(NAME, faults, {"rows": len(at), "largest difference": apart} | found)


def newest(rows: Judged, contract: Contract, count: int) -> np.ndarray:
    """Places of at most so many rows, in their order; of more, those of the latest observation dates. Pure."""
    if len(rows.outcome) <= count or contract.observed_on is None:
        return np.arange(min(len(rows.outcome), count))
    days = np.array([day.toordinal() for day in rows.frame[contract.observed_on]])
    return np.sort(np.argsort(-days, kind="stable")[:count])


def figures(outcome: np.ndarray, score: np.ndarray, bins: int) -> dict[str, float]:
    """What scores are worth, by the names of metrics/. They are float32 there."""
    t = tally(outcome, score.astype(np.float32))
    found = {"roc_auc": roc_auc(t), "log_loss": log_loss(t), "calibration_error": calibration_error(t, bins)}
    return {name: float(value) for name, value in found.items()}


def unequal(found: dict[str, float], wanted: dict[str, float | None], tolerance: float, what: str) -> list[str]:
    """Figures that are not what they should be; one that is missing or no number is not. Pure."""
    return [
        f"{name} is {found[name]:.6g} over HTTP, {what} is {value if value is None else format(value, '.6g')}"
        for name, value in wanted.items()
        if value is None or not abs(found[name] - value) <= tolerance
    ]


def served(service: Service, documents: list[list[dict[str, object]]], wanted: Wanted) -> tuple[np.ndarray, str | None]:
    """The scores of rows that are sent in lists, one after the other; or why there are none."""
    scores: list[float] = []
    with service.asking() as asker:
        for document in documents:
            try:
                predictions, fault = wanted.read(post(asker, document), len(document))
            except Unanswered as error:
                fault = f"no answer: {error}"
            if fault:
                return np.array([]), f"after {len(scores):,} rows: {fault}"
            scores += [p.probability for p in predictions]
    return np.array(scores), None


def documents(frame: pandas.DataFrame, contract: Contract, size: int) -> Iterator[list[dict[str, object]]]:
    """The rows as the server takes them, in lists of `size`; without ids, for no outcome is to be joined to them."""
    names = [contract.observed_on] if contract.observed_on else []
    names += [column.name for column in contract.used if column.name in frame]
    whole = {column.name for column in contract.used if column.kind == "integer"}
    for start in range(0, len(frame), size):
        part = frame.iloc[start : start + size]
        columns = [[_plain(value, name in whole) for value in part[name].tolist()] for name in names]
        yield [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _plain(value: object, whole: bool) -> object:
    """A cell as JSON has it; integers with gaps are floats in pandas."""
    if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    return int(value) if whole else value
