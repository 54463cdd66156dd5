"""What a server answers to rows, read strictly: a field too few is a fault, and no guess is made."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from mainstay.serving.acceptance.asking import Answer


class Prediction(msgspec.Struct, frozen=True):
    """One customer's: what a business acts on."""

    probability: float
    contact: bool


class Single(Prediction, frozen=True):
    """To a row that was sent alone."""

    release: str


class Many(msgspec.Struct, frozen=True):
    """To a list of rows, in their order."""

    release: str
    predictions: list[Prediction]


@dataclass(frozen=True)
class Wanted:
    """What every answer has to keep to: the release, and the score from which a customer is contacted."""

    release: str
    threshold: float
    tolerance: float

    def read(self, answer: Answer, rows: int | None) -> tuple[list[Prediction], str | None]:
        """The predictions of `rows` rows, None for one that was sent alone; or why there are none."""
        if answer.status != 200:
            return [], f"answers {answer.status}, wanted 200: {_start(answer.body)}"
        try:
            found = msgspec.json.decode(answer.body, type=Single if rows is None else Many)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return [], f"answers what is no prediction: {error}: {_start(answer.body)}"
        predictions = [found] if rows is None else found.predictions
        return predictions, self._fault(found.release, predictions, rows or 1)

    def _fault(self, release: str, predictions: list[Prediction], rows: int) -> str | None:
        if release != self.release:
            return f"is answered by {release}, wanted {self.release}"
        if len(predictions) != rows:
            return f"gets {len(predictions)} predictions, wanted {rows}"
        wrong = next((p for p in predictions if self._undecided(p)), None)
        if wrong:
            return f"contact is {wrong.contact} at {wrong.probability:.9g}, contacted from {self.threshold:.9g}"
        return None

    def _undecided(self, found: Prediction) -> bool:
        """Whether the decision is not that of the operating point; at the point itself either will do."""
        apart = found.probability - self.threshold
        return abs(apart) > self.tolerance and found.contact != (apart > 0)


def _start(body: bytes) -> str:
    return repr(body[:120].decode("utf-8", "replace"))
