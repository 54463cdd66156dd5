"""`POST /predict`: one customer or a list of them -> probability, decision, reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import repeat
from typing import NamedTuple, Protocol

import msgspec

from mainstay.model.file import Reason
from mainstay.serving.loading import Loaded
from mainstay.serving.problem import Problem
from mainstay.serving.request import Answer, Later, Request
from mainstay.serving.sound_row import Apart, SoundRow, as_mapping, take_apart
from mainstay.serving.together import Together


class Because(msgspec.Struct, frozen=True):
    """One reason; `contribution` is on the log-odds scale."""

    feature: str
    value: object
    contribution: float


class Prediction(msgspec.Struct, frozen=True):
    """Of one customer. `contact` is the decision at the operating point; None where the release names no such."""

    id: str | None
    probability: float
    contact: bool | None
    reasons: list[Because] | msgspec.UnsetType


class OnePrediction(msgspec.Struct, frozen=True):
    """That which answers a single object."""

    id: str | None
    probability: float
    contact: bool | None
    reasons: list[Because] | msgspec.UnsetType
    release: str


class Predictions(msgspec.Struct, frozen=True):
    """In the order of the rows."""

    release: str
    predictions: list[Prediction]


class Predicted(NamedTuple):
    """Of rows, in their order."""

    customers: Sequence[str | None]
    probabilities: list[float]
    contacts: list[bool | None]


class Noted(Protocol):
    """What is told of every prediction before it is answered."""

    def __call__(self, loaded: Loaded, asked: Apart, scores: list[float]) -> None: ...


_encode, _encode_lines = msgspec.json.Encoder().encode, msgspec.json.Encoder().encode_lines


def endpoint(loaded: Callable[[], Loaded], noted: Noted, together: Together) -> Callable[[Request], Answer | Later]:
    """The handler. It raises Problem."""

    def predict(request: Request) -> Answer | Later:
        now = loaded()
        if not request.query and request.body[:1] == b"{":
            return together.add(now, request.body)
        return answer(noted, now, request.body, explain(request, now))

    return predict


def made_together(noted: Noted) -> Together:
    """Where single customers wait for one another."""
    return Together(partial(_answers, noted), partial(answer, noted))


def _answers(noted: Noted, loaded: Loaded, bodies: list[bytes]) -> list[Answer] | None:
    rows = loaded.rows_in.read_each(bodies)
    if rows is None:
        return None
    found = map(OnePrediction, *predicted(noted, loaded, rows), repeat(msgspec.UNSET), repeat(loaded.release))
    return [*map(Answer, _encode_lines([*found]).splitlines())]


def answer(noted: Noted, loaded: Loaded, body: bytes, top: int = 0) -> Answer:
    """To one customer or a list of them, with `top` reasons each. Raises Problem 400 or 422."""
    rows, many = loaded.rows_in.read(body)
    reasons = loaded.model.explain_rows([*map(as_mapping, rows)], top) if top else None
    return Answer(_encode(_explained(loaded, predicted(noted, loaded, rows), reasons, many)))


def predicted(noted: Noted, loaded: Loaded, rows: list[SoundRow]) -> Predicted:
    """The customer, probability and decision of each row."""
    asked = take_apart(rows)
    scores = loaded.model.score_few(asked.columns)
    noted(loaded, asked, scores)
    return Predicted(asked.customers, scores, decisions(scores, loaded))


def explain(request: Request, loaded: Loaded) -> int:
    """How many reasons are asked for. Raises Problem 400."""
    text = request.asked("explain")
    if text is None:
        return 0
    most = loaded.model.n_features
    if not text.isascii() or not text.isdigit() or len(text) > 4 or int(text) > most:
        raise Problem(400, f"explain: saw {text[:20]!r}, wanted a whole number from 0 to {most}, as in ?explain=3")
    return int(text)


def decisions(scores: list[float], loaded: Loaded) -> list[bool | None]:
    """Whether the team contacts each customer."""
    least = loaded.threshold
    return [None if least is None else score >= least for score in scores]


def _explained(
    loaded: Loaded,
    found: Predicted,
    reasons: list[list[Reason]] | None,
    many: bool,
) -> msgspec.Struct:
    why = repeat(msgspec.UNSET) if reasons is None else [_because(own) for own in reasons]
    if many:
        return Predictions(loaded.release, [*map(Prediction, *found, why)])
    [one] = map(OnePrediction, *found, why, [loaded.release])
    return one


def _because(reasons: list[Reason]) -> list[Because]:
    return [Because(*reason) for reason in reasons]
