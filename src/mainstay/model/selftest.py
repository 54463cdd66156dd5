"""Whether a model file answers as it did when it was released: the signed golden rows, on the scorers that serve."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from mainstay.model.file import Model
from mainstay.refusal import Refusal
from mainstay.rows.contract import Contract


def selftest(data: bytes, golden: Iterable[tuple[Mapping[str, object], float]], tolerance: float, source: str) -> Model:
    """The model of these bytes, which gave every golden row its score within `tolerance`.

    Raises Refusal where the bytes are no model, no row was signed, or one is scored otherwise.
    """
    model = Model.from_bytes(data, source)
    rows = list(golden)
    if not rows:
        raise Refusal(f"{source}: its manifest holds no golden rows, wanted at least one; release it again")
    for number, (row, wanted) in enumerate(rows, start=1):
        for seen in _scores(model, row, f"{source}: golden row {number}"):
            if not abs(seen - wanted) <= tolerance:
                raise Refusal(
                    f"{source}: golden row {number} scores {seen:.9g} here, {wanted:.9g} when it was released; "
                    "the scorer here is of another make, or the model is"
                )
    return model


def _scores(model: Model, row: Mapping[str, object], where: str) -> list[float]:
    """By itself, and as rows are scored that are asked about together."""
    own = typed(row, model.contract)
    faults = model.contract.faults(own)
    if faults:
        raise Refusal(f"{where}: {faults[0].column} {faults[0].reason}")
    return [model.score_one(own), *model.score_few(model.columns([own]))]


def typed(row: Mapping[str, object], contract: Contract) -> dict[str, object]:
    """A row of JSON, which has no dates, as contract values."""
    dates = {c.name for c in contract.columns if c.kind == "date"} | {contract.observed_on}
    return {k: _date(v) if k in dates and isinstance(v, str) else v for k, v in row.items()}


def _date(text: str) -> object:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return text
