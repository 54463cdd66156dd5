"""Model: the one file, loaded. Scores and explains customers; imports numpy and onnx's file format, no more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mainstay.model.encode import encode
from mainstay.model.few_rows import few_rows
from mainstay.model.one_row import probability, row_scorer
from mainstay.model.read import MAX_BYTES, parse
from mainstay.model.reasons import Reasons, reasons
from mainstay.model.scorer import Bins, Scorer, bins, sigmoid
from mainstay.model.tables import tables
from mainstay.model.trees import Ensemble
from mainstay.model.value_keys import Columns, coded_first
from mainstay.refusal import Refusal
from mainstay.rows.contract import Contract

if TYPE_CHECKING:
    import pandas

    from mainstay.model.coded import Coded


class Reason(NamedTuple):
    """What one feature's value added to a customer's log-odds of churn."""

    feature: str
    value: object
    contribution: float


@dataclass(frozen=True)
class Model:
    """A model file that was checked. Never changes; safe to share between threads."""

    contract: Contract
    about: Mapping[str, object]
    digest: str
    ensemble: Ensemble
    scorer: Scorer
    reasons: Reasons
    _log_odds: Callable[[Mapping[str, object]], float]
    score_few: Callable[[Columns], list[float]]
    """As `score_one`, of rows as tuples: quicker together than one by one, for some dozens of rows at once."""

    @staticmethod
    def load(path: Path) -> Model:
        """The model in the file at `path`. Raises Refusal where it is absent or unusual in any way."""
        path = Path(path)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise Refusal(f"{path}: cannot be read: {error.strerror}; run `dvc repro` or `dvc pull`") from error
        return Model.from_bytes(data, str(path))

    @staticmethod
    def from_bytes(data: bytes, source: str = "the model") -> Model:
        """The model in `data`; `source` is its name in errors. Raises Refusal."""
        content = parse(data, source)
        try:
            own = tables(content.ensemble)
        except Refusal as refusal:
            raise Refusal(f"{source}: {refusal}") from refusal
        scorer = Scorer(own)
        return Model(
            contract=content.contract,
            about=content.about,
            digest=hashlib.sha256(data).hexdigest(),
            ensemble=content.ensemble,
            scorer=scorer,
            reasons=reasons(own, content.ensemble, content.leaves),
            _log_odds=row_scorer(scorer, content.contract),
            score_few=few_rows(scorer, content.contract),
        )

    @property
    def base(self) -> float:
        """Log-odds of churn before any feature is known: contributions + base = log-odds."""
        return self.reasons.base

    @property
    def n_features(self) -> int:
        return self.ensemble.n_features

    @cached_property
    def features(self) -> tuple[str, ...]:
        """Names of the matrix's columns, in order."""
        return tuple(c.name for c in self.contract.features)

    def score_matrix(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of churn, float32 [n], of an encoded float32 matrix [n, F]."""
        return sigmoid(self.scorer.log_odds(self._checked(X))).astype(np.float32)

    def score(self, frame: pandas.DataFrame) -> np.ndarray:
        """Probabilities of churn, float32 [n], of a table of contract values. Raises Refusal where columns lack."""
        return self.score_matrix(encode(frame, self.contract))

    def score_one(self, row: Mapping[str, object]) -> float:
        """Probability of churn of one row of contract values, which must be free of faults."""
        return probability(self._log_odds(row))

    def columns(self, rows: Sequence[Mapping[str, object]]) -> Columns:
        """Rows of contract values as `score_few` wants them."""
        names = [*(column.name for column in coded_first(self.contract.features)), self.contract.observed_on]
        return [[row.get(name) for row in rows] for name in names] if rows else []

    def bins(self, columns: Sequence[Coded]) -> Bins:
        """The bins of rows in columns, a column a feature: what `score_bins` and `contributions_of_bins` want."""
        found = bins(self.scorer.tables, [column.codes for column in columns])
        each = zip(found, columns, strict=True)
        return [None if own is None else own._replace(index=column.index) for own, column in each]

    def score_bins(self, bins: Bins, n: int) -> np.ndarray:
        """Probabilities of churn, float32 [n], of n rows by their bins; the same bits as `score_matrix`."""
        return sigmoid(self.scorer.of_bins(bins, n)).astype(np.float32)

    def contributions_of_bins(self, bins: Bins, n: int) -> np.ndarray:
        """What each feature added, float32 [n, F], to the log-odds of n rows by their bins."""
        return self.reasons.of_bins(bins, n).astype(np.float32)

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """What each feature added, float32 [n, F], on the log-odds scale; with `base` they make the log-odds."""
        return self.reasons.contributions(self._checked(X))

    def explain(self, frame: pandas.DataFrame, top: int = 3) -> list[list[Reason]]:
        """For every row the `top` features that moved its score most, the biggest first."""
        added = self.contributions(encode(frame, self.contract))
        order = np.argsort(-np.abs(added), axis=1, kind="stable")[:, :top]
        values = [frame[name].tolist() for name in self.features]
        return [
            [Reason(self.features[f], values[f][row], float(added[row, f])) for f in chosen]
            for row, chosen in enumerate(order.tolist())
        ]

    def explain_rows(self, rows: Sequence[Mapping[str, object]], top: int = 3) -> list[list[Reason]]:
        """As `explain`, of rows of contract values, which must be free of faults."""
        X = np.array([self.contract.encode(row) for row in rows], dtype=np.float32).reshape(-1, self.n_features)
        added = self.contributions(X)
        order = np.argsort(-np.abs(added), axis=1, kind="stable")[:, :top]
        return [
            [Reason(self.features[f], row.get(self.features[f]), float(own[f])) for f in chosen]
            for row, own, chosen in zip(rows, added, order.tolist(), strict=True)
        ]

    def _checked(self, X: np.ndarray) -> np.ndarray:
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.n_features or X.dtype != np.float32:
            raise ValueError(f"X: saw {X.dtype} {X.shape}, wanted float32 (n, {self.n_features})")
        return X
