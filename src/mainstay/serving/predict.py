"""`POST /predict`: one customer or a list of them -> probability, decision, reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from mainstay.model.file import Reason
from mainstay.serving.loading import Loaded
from mainstay.serving.problem import Problem
from mainstay.serving.request import Answer, Request
from mainstay.serving.rows_in import Row


class Because(msgspec.Struct, frozen=True):
    """One reason; `contribution` is on the log-odds scale."""

    feature: str
    value: object
    contribution: float


class Prediction(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of one customer. `contact` is the decision at the operating point; None where the release names no such."""

    id: str | None
    probability: float
    contact: bool | None
    reasons: list[Because] | msgspec.UnsetType = msgspec.UNSET


class OnePrediction(Prediction, frozen=True, kw_only=True, omit_defaults=True):
    """That which answers a single object."""

    release: str


class Predictions(msgspec.Struct, frozen=True):
    """In the order of the rows."""

    release: str
    predictions: list[Prediction]


class Noted(Protocol):
    """What is told of every prediction before it is answered."""

    def __call__(self, loaded: Loaded, rows: list[Row], scores: list[float]) -> None: ...


_encode = msgspec.json.Encoder().encode


def endpoint(loaded: Callable[[], Loaded], noted: Noted) -> Callable[[Request], Answer]:
    """The handler. It raises Problem."""

    def predict(request: Request) -> Answer:
        now = loaded()
        top = explain(request, now) if request.query else 0
        rows, many = now.rows_in.read(request.body)
        scores = [*map(now.model.score_one, rows)]
        noted(now, rows, scores)
        if not many and not top:
            row, score = rows[0], scores[0]
            return Answer(
                _encode(OnePrediction(row.get(now.model.contract.id), score, decision(score, now), release=now.release))
            )
        return Answer(_encode(_explained(now, rows, scores, top, many)))

    return predict


def explain(request: Request, loaded: Loaded) -> int:
    """How many reasons are asked for. Raises Problem 400."""
    text = request.asked("explain")
    if text is None:
        return 0
    most = loaded.model.n_features
    if not text.isascii() or not text.isdigit() or len(text) > 4 or int(text) > most:
        raise Problem(400, f"explain: saw {text[:20]!r}, wanted a whole number from 0 to {most}, as in ?explain=3")
    return int(text)


def decision(score: float, loaded: Loaded) -> bool | None:
    """Whether the team contacts the customer."""
    return None if loaded.threshold is None else score >= loaded.threshold


def _explained(loaded: Loaded, rows: list[Row], scores: list[float], top: int, many: bool) -> msgspec.Struct:
    reasons = [_because(own) for own in loaded.model.explain_rows(rows, top)] if top else [msgspec.UNSET] * len(rows)
    name = loaded.model.contract.id
    found = [
        (row.get(name), score, decision(score, loaded), why)
        for row, score, why in zip(rows, scores, reasons, strict=True)
    ]
    if many:
        return Predictions(loaded.release, [Prediction(*one) for one in found])
    return OnePrediction(*found[0], release=loaded.release)


def _because(reasons: list[Reason]) -> list[Because]:
    return [Because(*reason) for reason in reasons]
