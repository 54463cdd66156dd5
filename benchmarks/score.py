"""Scoring one customer and 100,000 customers: the model file against scikit-learn's own pipeline and onnxruntime.

Made-up rows like Telco's: 19 columns, four of numbers and fifteen of categories, with missing and unseen values.
All start from what a user has, a dict or a DataFrame; onnxruntime gets the matrix, which costs it our encoding too.
Run: .venv/bin/python benchmarks/score.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import onnxruntime
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

import mainstay  # noqa: F401  fixes threads before numpy loads
from mainstay.model.encode import encode
from mainstay.model.export import to_onnx
from mainstay.model.file import Model
from mainstay.model.from_boosting import from_boosting
from mainstay.model.from_steps import Steps, category_steps, step_tree
from mainstay.model.trees import Ensemble, blended
from mainstay.rows.contract import Column, Contract, Outcome

ROWS = 100_000
FIT_ROWS = 20_000
ONE_ROW_ROUNDS = 4000
NUMBERS = ("tenure", "monthly", "total", "contacts")
CATEGORIES = {f"choice_{i}": ("no", "yes", "not asked", "other")[: 2 + i % 3] for i in range(15)}


def main() -> None:
    frame, churned = customers(ROWS, seed=7)
    known = frame.head(FIT_ROWS)
    boosting, logistic = fitted(boosting_pipeline(), known, churned), fitted(logistic_pipeline(), known, churned)
    trees = from_boosting(boosting[-1])
    steps = logistic_steps(logistic, known)
    print(f"{'':34}{'p50 us':>9}{'p99 us':>9}   {'100,000 rows, ms':>16}   against scikit-learn")
    for name, peer, ensemble, one_wanted, batch_wanted in (
        ("boosting", boosting, trees, 500, 3),
        ("logistic", logistic, steps, 500, 8),
        ("blend", None, blended([trees, steps], [0.5, 0.5]), None, None),
    ):
        data = to_onnx(ensemble, contract(), {"family": name})
        compare(name, peer, data, frame, (one_wanted, batch_wanted))


def compare(name: str, peer: Pipeline | None, data: bytes, frame: pd.DataFrame, wanted: tuple) -> None:
    model = Model.from_bytes(data)
    session = onnxruntime.InferenceSession(data, one_thread(), providers=["CPUExecutionProvider"])
    rows = as_dicts(frame.head(ONE_ROW_ROUNDS))
    theirs = None
    if peer is not None:
        tables = [pd.DataFrame([row]).astype(frame.dtypes) for row in rows[:100]]
        theirs = latency_us(peer.predict_proba, tables), batch_ms(lambda: peer.predict_proba(frame))
        line(f"{name}: scikit-learn pipeline", *theirs, None, (None, None))
        gaps = np.abs(model.score(frame) - peer.predict_proba(frame)[:, 1])
        print(f"    difference of a probability: mean {gaps.mean():.1g}, biggest {gaps.max():.1g}")
    encoded = [np.array([model.contract.encode(row)], dtype=np.float32) for row in rows]
    runtime = latency_us(lambda X: session.run(["probability"], {"features": X}), encoded)
    line(
        f"{name}: onnxruntime, encoded row",
        runtime,
        batch_ms(lambda: session.run(["probability"], {"features": encode(frame, model.contract)})),
        theirs,
        (None, None),
    )
    line(
        f"{name}: the model file",
        latency_us(model.score_one, rows),
        batch_ms(lambda: model.score(frame)),
        theirs,
        wanted,
    )


def line(name: str, one_us: tuple[float, float], batch: float, theirs: tuple | None, wanted: tuple) -> None:
    ratios = ""
    if theirs:
        one, many = theirs[0][0] / one_us[0], theirs[1] / batch
        goals = [f" (at least {w})" if w else "" for w in wanted]
        ratios = f"one {one:,.0f}x{goals[0]}, many {many:.1f}x{goals[1]}"
    print(f"{name:34}{one_us[0]:9.1f}{one_us[1]:9.1f}   {batch:16.1f}   {ratios}")


def latency_us(score: Callable[[object], object], rows: list) -> tuple[float, float]:
    """p50 and p99 of a call a row."""
    score(rows[0])
    taken = []
    for row in rows:
        begin = time.perf_counter_ns()
        score(row)
        taken.append((time.perf_counter_ns() - begin) / 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=100)[-1]


def batch_ms(score: Callable[[], object], rounds: int = 5) -> float:
    """The median of some rounds, after one to warm up."""
    score()
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        score()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def customers(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    tenure = rng.integers(0, 72, rows).astype(float)
    monthly = rng.integers(80, 480, rows) / 4  # exact in float32, in which the model file compares
    columns = {"tenure": tenure, "monthly": monthly, "total": tenure * monthly}
    columns["contacts"] = rng.poisson(1.2, rows).astype(float)
    for name, values in CATEGORIES.items():
        columns[name] = rng.choice([*values, "new"], rows, p=[*[0.98 / len(values)] * len(values), 0.02])
    frame = pd.DataFrame(columns).astype(dict.fromkeys(CATEGORIES, "str"))
    log_odds = -1.0 - tenure / 30 + monthly / 60 + (frame["choice_1"] == "yes") * 0.8 - (frame["choice_2"] == "no")
    churned = (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
    return frame.mask(rng.random(frame.shape) < 0.02), churned


def contract() -> Contract:
    numbers = [Column(name, "number", missing=0.1) for name in NUMBERS]
    categories = [Column(name, "category", values=values, missing=0.1) for name, values in CATEGORIES.items()]
    outcome = Outcome("churned", None, "1", "0", None, 0, 0)
    return Contract("id", None, outcome, (), None, (*numbers, *categories))


def fitted(pipeline: Pipeline, frame: pd.DataFrame, churned: np.ndarray) -> Pipeline:
    return pipeline.fit(frame, churned[: len(frame)])


def boosting_pipeline() -> Pipeline:
    ordinal = OrdinalEncoder(
        categories=[[*v, np.nan] for v in CATEGORIES.values()],
        handle_unknown="use_encoded_value",
        unknown_value=-1,
        encoded_missing_value=np.nan,
    )
    model = HistGradientBoostingClassifier(learning_rate=0.05, max_iter=150, max_leaf_nodes=8, early_stopping=False)
    return make_pipeline(make_column_transformer(("passthrough", NUMBERS), (ordinal, list(CATEGORIES))), model)


def logistic_pipeline() -> Pipeline:
    one_hot = OneHotEncoder(categories=[list(v) for v in CATEGORIES.values()], handle_unknown="ignore")
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    columns = make_column_transformer((numbers, list(NUMBERS)), (one_hot, list(CATEGORIES)))
    return make_pipeline(columns, LogisticRegression(max_iter=1000))


def logistic_steps(pipeline: Pipeline, frame: pd.DataFrame) -> Ensemble:
    """The same coefficients as steps, numbers in 64 bins, which is why its scores differ a little."""
    transformer, model = pipeline[0], pipeline[-1]
    weights = iter(model.coef_[0])
    imputer, scaler = transformer.named_transformers_["pipeline"]
    trees = []
    for f, name in enumerate(NUMBERS):
        own = frame[name].dropna().to_numpy(np.float32)
        edges = np.unique(np.quantile(own, np.linspace(0, 1, 65)[1:-1]).astype(np.float32))
        bins = np.searchsorted(edges, own)
        middles = np.array([own[bins == b].mean() if (bins == b).any() else 0.0 for b in range(edges.size + 1)])
        scaled = (np.array([*middles, imputer.statistics_[f]]) - scaler.mean_[f]) / scaler.scale_[f] * next(weights)
        counts = np.bincount(bins, minlength=edges.size + 1)
        trees.append(step_tree(Steps(f, edges, scaled[:-1], counts, float(scaled[-1]), 1)))
    for f, values in enumerate(CATEGORIES.values(), start=len(NUMBERS)):
        own = [next(weights) for _ in values]
        trees.append(step_tree(category_steps(f, own, [1] * len(own), unseen=0.0, missing=0.0, missing_count=1)))
    return Ensemble(float(model.intercept_[0]), tuple(trees), len(NUMBERS) + len(CATEGORIES))


def as_dicts(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{k: None if pd.isna(v) else v for k, v in row.items()} for row in frame.to_dict("records")]


def one_thread() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return options


if __name__ == "__main__":
    main()
