"""The comparison of two models on 100,000 test rows: DeLong against the bootstrap that everyone writes, and all of it.

The peer draws rows with replacement and calls scikit-learn's roc_auc_score twice; 10,000 times is usual. A few
of its resamples are timed, and the time of 10,000 follows by multiplication.
Run: .venv/bin/python benchmarks/compare.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

import mainstay  # noqa: F401  fixes threads before the rest loads
from mainstay import params
from mainstay.evidence.compare import compare
from mainstay.evidence.delong import delong
from mainstay.evidence.slices import Slice

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from rivals import rivals  # noqa: E402  the tests know how to make two scorers

USUAL = 10_000
TIMED = 20
ROUNDS = 7
SLICES = 20
RHO = 0.96


def main() -> None:
    for rows in (1409, 100_000):
        random = np.random.default_rng(7)
        y, champion, candidate = rivals(random, rows, RHO)
        code = np.arange(rows)
        ours_s = seconds(lambda: delong(y, champion, candidate, code))  # noqa: B023
        theirs_s = seconds(lambda: naive(random, y, champion, candidate), rounds=1) / TIMED * USUAL  # noqa: B023
        print(f"{rows:7,} rows: DeLong {ours_s * 1e3:6.2f} ms   naive bootstrap {theirs_s:6.0f} s", end="   ")
        print(f"(10,000 resamples, from {TIMED})   ratio {theirs_s / ours_s:,.0f} (at least 10,000)")
    whole_s = seconds(lambda: whole(y, champion, candidate), rounds=3)
    print(f"{rows:7,} rows: whole comparison with {SLICES} slices {whole_s:.2f} s (at most 2.5)")


def naive(random: np.random.Generator, y: np.ndarray, champion: np.ndarray, candidate: np.ndarray) -> None:
    for _ in range(TIMED):
        drawn = random.integers(0, len(y), len(y))
        roc_auc_score(y[drawn], candidate[drawn]) - roc_auc_score(y[drawn], champion[drawn])


def whole(y: np.ndarray, champion: np.ndarray, candidate: np.ndarray) -> None:
    customers = np.array([f"customer-{i:07d}" for i in range(len(y))], dtype=object)
    slices = [Slice("plan", str(part), np.arange(len(y)) % SLICES == part) for part in range(SLICES)]
    gate, campaign = params.load(ROOT / "params.yaml", "gate"), params.load(ROOT / "params.yaml", "profit")
    compare(y, champion, candidate, customers, slices, gate, campaign)


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds of one round."""
    seen = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seen.append(time.perf_counter() - start)
    return statistics.median(seen)


if __name__ == "__main__":
    main()
