"""The rows that two models are compared on: the same for both, and neither learned from any of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mainstay.model.file import Model
from mainstay.refusal import Refusal
from mainstay.rows.contract import Contract
from mainstay.rows.judged import judged
from mainstay.rows.side import in_test

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Holdout:
    """n rows with outcome (float64 [n], 0 or 1) and customer (str [n]); `seen` rows, which a model knew, are out."""

    frame: pandas.DataFrame
    outcome: np.ndarray
    customer: np.ndarray
    on: str
    seen: int

    def counts(self) -> dict[str, object]:
        """What stands in the report."""
        counted = {"rows": len(self.outcome), "positives": int(self.outcome.sum()), "seen_by_a_model": self.seen}
        return counted | {"customers": len(np.unique(self.customer)), "measured_on": self.on}


def holdout(frame: pandas.DataFrame, contract: Contract, models: Sequence[Model], source: object) -> Holdout:
    """The rows of `frame` to judge by that none of `models` may have learned from.

    Raises Refusal where that cannot be told, and where no row, or only leavers or only stayers, would remain.
    """
    unseen = np.ones(len(frame), dtype=bool)
    for model in {repr(m.about.get("split")): m for m in models}.values():
        unseen &= untouched(model, frame)
    if not unseen.any():
        raise Refusal(f"{source}: a model learned from each of its {len(frame)} rows, wanted rows unseen by both")
    rows = judged(frame.loc[unseen].reset_index(drop=True), contract, source)
    return Holdout(rows.frame, rows.outcome, rows.customer, rows.on, int((~unseen).sum()))


def untouched(model: Model, frame: pandas.DataFrame) -> np.ndarray:
    """Bool [rows]: the model cannot have learned from the row, by what its file says of the split.

    Dated: every training label was known on the row's day. Undated: the customer's side follows from the keyed
    hash of the id. Raises Refusal where the file does not say.
    """
    split = model.about.get("split")
    kind = split.get("kind") if isinstance(split, dict) else None
    try:
        if kind == "time":
            return _later(model.contract, split["train_until"], frame)
        if kind == "hash":
            return _other_side(model.contract, str(split["salt"]), float(split["test_share"]), frame)
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(f"the model {model.digest[:10]}: cannot tell which rows it learned from: {error!r}") from error
    raise Refusal(f"the model {model.digest[:10]}: does not say which rows it learned from; train it again")


def _later(contract: Contract, train_until: str, frame: pandas.DataFrame) -> np.ndarray:
    known_after = datetime.timedelta(days=contract.outcome.lead_days + contract.outcome.horizon_days)
    known = np.datetime64(datetime.date.fromisoformat(train_until) + known_after, "D")
    return frame[contract.observed_on].to_numpy(dtype="datetime64[D]") >= known


def _other_side(contract: Contract, salt: str, share: float, frame: pandas.DataFrame) -> np.ndarray:
    ids, of_row = np.unique(frame[contract.id].to_numpy(dtype=str), return_inverse=True)
    return np.array([in_test(id, salt, share) for id in ids], dtype=bool)[of_row]
