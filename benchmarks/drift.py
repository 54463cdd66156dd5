"""Drift of 100,000 rows of 20 columns from as many: ours, Evidently's preset and NannyML's univariate drift.

    python benchmarks/drift.py                    all three
    python benchmarks/drift.py 20000              of so many rows

Each is a process of its own that reads the same two files into DataFrames, imports what it needs, and times what a
team would call on them, the part of the reference too; the best of three. Memory is its peak. Of one run only the
ratios mean something.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from environments import python

OURS = """
from mainstay.evidence.moved import moved
from mainstay.rows.contract import Column
columns = [Column(c, "category" if c.startswith("c") else "number") for c in reference.columns]
def run():
    return {m.column: m.psi for m in moved(reference, current, columns, 10)}
"""
EVIDENTLY = """
from evidently import Report
from evidently.presets import DataDriftPreset
def run():
    return Report([DataDriftPreset()]).run(current, reference).dict()
"""
NANNYML = """
import nannyml
def run():
    calculator = nannyml.UnivariateDriftCalculator(column_names=list(reference.columns), chunk_number=1,
        continuous_methods=["kolmogorov_smirnov"], categorical_methods=["chi2"])
    return calculator.fit(reference).calculate(current).to_df()
"""
TIMED = """
import json, sys, time
from pathlib import Path
begin = time.perf_counter()
import pandas as pd
reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
read = time.perf_counter()
{setup}
loaded = time.perf_counter()
took = []
for _ in range(3):
    start = time.perf_counter()
    run()
    took.append(time.perf_counter() - start)
own = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(own["VmHWM"].split()[0]) / 1024  # ru_maxrss would begin at what the starting process holds
print(json.dumps(dict(s=min(took), first_s=took[0], import_s=loaded - read, mb=peak)))
"""
PEERS = {
    "Evidently": (EVIDENTLY, ("evidently", "pandas<3", "pyarrow")),
    "NannyML": (NANNYML, ("nannyml", "pandas<3", "pyarrow", "statsmodels", "setuptools<81")),
}
WANTED = {"Evidently": 40, "NannyML": 5}


def main() -> None:
    """Print a line for each: seconds, seconds of the first call and of imports, peak memory, and the ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        files = [Path(folder) / f"{side}.parquet" for side in ("reference", "current")]
        for seed, path in enumerate(files):
            table(rows, seed).to_parquet(path)
        found = {"Mainstay": measured(Path(sys.executable), OURS, files)}
        for name, (setup, packages) in PEERS.items():
            found[name] = measured(python(name.lower(), *packages), setup, files)
    ours = found["Mainstay"]
    print(f"{'':10} {'s':>8} {'first s':>8} {'import s':>9} {'MB':>6} {'faster':>8} {'wanted':>7} {'memory':>7}")
    for name, it in found.items():
        ratio = f"{it['s'] / ours['s']:>7.1f}x {WANTED.get(name, 1):>6}x {ours['mb'] / it['mb']:>7.2f}"
        print(f"{name:10} {it['s']:>8.3f} {it['first_s']:>8.3f} {it['import_s']:>9.2f} {it['mb']:>6.0f} {ratio}")


def table(rows: int, seed: int) -> pd.DataFrame:
    """Twelve numbers, some missing, and eight categories; two of each moved a little from seed to seed."""
    random = np.random.default_rng(seed)
    numbers = {f"n{i}": random.standard_normal(rows) + 0.02 * seed * (i < 2) for i in range(12)}
    numbers["n0"] = np.where(random.random(rows) < 0.05, np.nan, numbers["n0"])
    words = [f"value {i}" for i in range(6)]
    named = {f"c{i}": random.choice(words[: 2 + i % 5], rows) for i in range(8)}
    return pd.DataFrame(numbers | named)


def measured(interpreter: Path, setup: str, files: list[Path]) -> dict[str, float]:
    """What the timed script says; raises where it fails."""
    command = [str(interpreter), "-c", TIMED.replace("{setup}", setup), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
