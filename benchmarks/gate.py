"""The gate on 100,000 test rows, all rules on: from the table's file and two model files to a verdict, in process.

Made-up customers of three rows each, undated; both models are boosting, and two columns are slices. Beside it, in the
same run, what a naive bootstrap of the two AUCs alone would cost: 10,000 resamples, by scikit-learn, scaled from 20.
Run: .venv/bin/python benchmarks/gate.py
"""

from __future__ import annotations

import dataclasses
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from score import CATEGORIES, contract, customers
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

import mainstay  # noqa: F401  fixes threads before numpy loads
from mainstay import params
from mainstay.model.export import to_onnx
from mainstay.model.file import Model
from mainstay.model.from_boosting import from_boosting
from mainstay.release import sides
from mainstay.release.candidate_rules import NEEDED
from mainstay.release.judge import Contestant, Question, Terms, judge
from mainstay.release.judgement import Judged
from mainstay.rows.contract import Contract
from mainstay.rows.matrix import matrix
from mainstay.rows.side import in_test

ROWS, ROWS_A_CUSTOMER = 100_000, 3
FIT_ROWS = 20_000
WANTED_S = 3.0
SPLIT = {"kind": "hash", "salt": "mainstay", "test_share": 0.5}
PASSED = {"verdict": {"answer": "pass", "reasons": []}}
PARAMS = Path(__file__).parents[1] / "params.yaml"


def main() -> None:
    terms = Terms(sliced(contract()), params.load(PARAMS, "gate"), params.load(PARAMS, "profit"))
    known, test = rows(FIT_ROWS, 7), rows(ROWS, 8)
    champion, candidate = (boosting(known, terms.contract, trees) for trees in (150, 140))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test.parquet"
        test.to_parquet(path)
        spent = [timed(lambda: verdict(path, terms, champion, candidate)) for _ in range(3)]
    best = min(seconds for seconds, _ in spent)
    found = spent[0][1]
    naive = bootstrap(test, Model.from_bytes(champion), Model.from_bytes(candidate))
    counts = (
        f"{found.rows['rows']:,} rows of {found.rows['customers']:,} customers, {found.rows['positives']:,} leavers"
    )
    print(f"{found.kind}, {found.verdict.answer}: {counts}, {len(found.slices)} slices")
    print(f"the gate, all rules        {best:10.2f} s   wanted {WANTED_S:g} at most")
    print(f"naive bootstrap, AUC alone {naive:10.0f} s   10,000 resamples, scaled from 20: {naive / best:,.0f}x")
    assert found.kind == "comparison" and best <= WANTED_S


def verdict(test: Path, terms: Terms, champion: bytes, candidate: bytes) -> Judged:
    own = Model.from_bytes(candidate)
    metrics = dict.fromkeys(("data_quality", "split", "stress"), PASSED)
    metrics |= {"training": {"model": {"sha256": own.digest}}, "evaluation": dict.fromkeys(NEEDED, 0.5)}
    contestant = Contestant(own, len(candidate))
    return judge(Question(terms, sides.rows(test), Model.from_bytes(champion), contestant, metrics))


def rows(wanted: int, seed: int) -> pd.DataFrame:
    """So many rows of customers on the test side."""
    frame, churned = customers(wanted, seed)
    side = (f"C{i}" for i in range(10 * wanted) if in_test(f"C{i}", SPLIT["salt"], SPLIT["test_share"]))
    ids = [next(side) for _ in range(1 + wanted // ROWS_A_CUSTOMER)]
    return frame.assign(id=np.repeat(ids, ROWS_A_CUSTOMER)[:wanted], churned=churned.astype("int8"))


def sliced(plain: Contract) -> Contract:
    first = list(CATEGORIES)[:2]
    return dataclasses.replace(
        plain, columns=tuple(dataclasses.replace(c, use="both") if c.name in first else c for c in plain.columns)
    )


def boosting(known: pd.DataFrame, terms: Contract, trees: int) -> bytes:
    model = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=trees, max_leaf_nodes=8, early_stopping=False, random_state=1
    )
    return to_onnx(from_boosting(model.fit(matrix(known, terms), known["churned"])), terms, {"split": SPLIT})


def bootstrap(test: pd.DataFrame, *models: Model) -> float:
    """Seconds that 10,000 resamples of both AUCs would take."""
    y, scores = test["churned"].to_numpy(), [model.score(test) for model in models]
    random, begin = np.random.default_rng(1), time.perf_counter()
    for _ in range(20):
        drawn = random.integers(0, len(y), len(y))
        for score in scores:
            roc_auc_score(y[drawn], score[drawn])
    return (time.perf_counter() - begin) * 10_000 / 20


def timed(run) -> tuple[float, Judged]:
    begin = time.perf_counter()
    found = run()
    return time.perf_counter() - begin, found


if __name__ == "__main__":
    main()
