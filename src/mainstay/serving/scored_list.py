"""A batch of customers -> the list that a retention team reads: who may leave, whom to contact, its worth, why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mainstay.evidence.campaign import expected_profit
from mainstay.model.coded import coded
from mainstay.model.file import Model
from mainstay.model.scorer import Bins
from mainstay.params import Profit
from mainstay.rows import columns
from mainstay.serving.named_model import NamedModel
from mainstay.serving.reason_columns import reason_columns, reason_fields

PROFIT = "expected_profit_eur"
CENTS = 2


@dataclass(frozen=True)
class ScoredList:
    """What makes the list: the model, what a contact is worth, how many reasons."""

    named: NamedModel
    campaign: Profit
    reasons: int

    @property
    def model(self) -> Model:
        return self.named.model

    def schema(self, id_type: pa.DataType, dated: bool) -> pa.Schema:
        """The columns of the list."""
        contract = self.model.contract
        day = [pa.field(contract.observed_on, pa.date32())] if dated else []
        figures = [("probability", pa.float32()), ("contact", pa.bool_()), (PROFIT, pa.float64())]
        named = pa.field("release", pa.dictionary(pa.int32(), pa.string()))
        return pa.schema([(contract.id, id_type), *day, *figures, *reason_fields(self.reasons), named])

    def of(self, batch: pa.RecordBatch, top: int | None = None) -> pa.RecordBatch:
        """The list of a batch of contract values that are free of faults, in its order.

        With `top` only so many of highest expected profit, the highest first; of equal ones the first.
        """
        bins = self.model.bins(coded(batch, self.model.contract))
        probability = self.model.score_bins(bins, batch.num_rows)
        profit = np.round(expected_profit(probability.astype(np.float64), self.campaign), CENTS)
        if top is not None:
            rows = np.argsort(-profit, kind="stable")[:top]
            batch, probability, profit = taken(batch, rows), probability[rows], profit[rows]
            bins = [None if own is None else own.of(rows) for own in bins]
        return self._listed(batch, bins, probability, profit)

    def _listed(self, batch: pa.RecordBatch, bins: Bins, probability: np.ndarray, profit: np.ndarray) -> pa.RecordBatch:
        contract, n = self.model.contract, batch.num_rows
        dated = contract.observed_on in batch.schema.names
        found = [
            batch.column(contract.id),
            *([batch.column(contract.observed_on)] if dated else []),
            columns.column(probability, pa.float32()),
            columns.column(probability.astype(np.float64) >= self.named.operating_point, pa.bool_()),
            columns.column(profit, pa.float64()),
            *reason_columns(batch, bins, self.model, self.reasons),
            columns.repeated(self.named.name, n),
        ]
        return pa.RecordBatch.from_arrays(found, schema=self.schema(found[0].type, dated))


def taken(batch: pa.RecordBatch, rows: np.ndarray) -> pa.RecordBatch:
    """These rows of a batch, in this order."""
    return batch.take(columns.column(rows.astype(np.int64, copy=False), pa.int64()))


def best(kept: pa.RecordBatch | None, more: pa.RecordBatch, top: int) -> pa.RecordBatch:
    """The `top` rows of highest expected profit of two lists, the highest first; of equal ones the first."""
    both = more if kept is None else pa.concat_batches([kept, more])
    return taken(both, np.argsort(-columns.values(both.column(PROFIT)), kind="stable")[:top])
