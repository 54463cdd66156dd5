"""The stage validate, all its rules on, against plain pandas that reads, casts, filters and writes the same rows.

    python benchmarks/validate.py                 1,000,000 rows, Parquet and CSV
    python benchmarks/validate.py 10000000        as many rows as named, Parquet only

Each side is a process of its own, started anew; seconds are wall clock from start to end, memory its peak. The sides
alternate; figures are medians, `faster` is the median of the rounds' ratios.
pandas is measured twice, both times on the whole table in memory and with Parquet written at the end:
`same rules` casts, finds the same faulty rows by the same rules, each with its reason, counts missing and unknown
values and the rows of each month, and looks for leaks in as many leavers and stayers, by the order of values alone;
`ranges only` is the bare minimum: it casts, and keeps rows by missing values, ranges and exact duplicates, without
Unicode twins, control characters, reasons, profile and leaks.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb

PARAMS = Path(__file__).parents[1] / "params.yaml"
CONTRACT = """
id: id
observed_on: observed_on
outcome: {column: churned, positive: 1, negative: 0, horizon_days: 30}
blanks: ["", "NA"]
columns:
  tenure: {kind: integer, min: 0, max: 1200}
  contract: {kind: category, values: [monthly, one_year, two_year]}
  charge: {kind: number, min: 0, max: 10000}
  total: {kind: number, min: 0, max: 1000000, missing: 0.1}
  payment: {kind: category, values: [card, transfer, check, debit]}
  paperless: {kind: boolean}
  partner: {kind: boolean}
  internet: {kind: category, values: [none, dsl, fiber]}
  tickets: {kind: integer, min: 0, max: 100}
  usage: {kind: number, min: 0, max: 1000000}
  trend: {kind: number, min: -1000000, max: 1000000, missing: 0.1}
  region: {kind: category, values: [north, south, east, west], use: slice}
  gender: {kind: category, values: [female, male, other], use: slice}
  age: {kind: integer, min: 0, max: 120}
  senior: {kind: boolean}
  days: {kind: integer, min: 0, max: 1000}
"""
ROWS = """
    SELECT 'C' || lpad(i::VARCHAR, 9, '0') AS id, DATE '2024-01-01' + ((i % 12) * 30)::INT AS observed_on,
        (hash(i, 1) % 73)::INT AS tenure, ['monthly', 'one_year', 'two_year'][(1 + hash(i, 2) % 3)::INT] AS contract,
        round(hash(i, 3) % 10000 / 83.0, 2) AS charge,
        CASE WHEN hash(i, 4) % 50 > 0 THEN round(hash(i, 5) % 1000000 / 100.0, 2) END AS total,
        ['card', 'transfer', 'check', 'debit'][(1 + hash(i, 6) % 4)::INT] AS payment,
        hash(i, 7) % 2 = 0 AS paperless, hash(i, 8) % 2 = 0 AS partner,
        ['none', 'dsl', 'fiber'][(1 + hash(i, 9) % 3)::INT] AS internet, (hash(i, 10) % 9)::INT AS tickets,
        hash(i, 11) % 1000000 / 1000.0 AS usage,
        CASE WHEN hash(i, 12) % 20 > 0 THEN hash(i, 13) % 1000 / 7.0 END AS trend,
        ['north', 'south', 'east', 'west'][(1 + hash(i, 14) % 4)::INT] AS region,
        ['female', 'male', 'other'][(1 + hash(i, 15) % 3)::INT] AS gender, (hash(i, 16) % 100)::INT AS age,
        hash(i, 17) % 10 = 0 AS senior,
        CASE WHEN hash(i, 18) % 10000 = 0 THEN -5 ELSE hash(i, 18) % 400 END::INT AS days,
        (hash(i, 19) % 100 < 5)::INT AS churned
    FROM range({rows}) t(i)
"""
PANDAS = """
import sys, pandas as pd
source, valid, rejected, same_rules = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4] == "same rules"
csv = dict(dtype={"id": str}, parse_dates=["observed_on"], na_values=["NA"])
t = pd.read_parquet(source) if source.endswith("parquet") else pd.read_csv(source, **csv)
t["observed_on"] = pd.to_datetime(t["observed_on"])
t = t.astype({"tenure": "int64", "tickets": "int64", "age": "int64", "days": "int64", "charge": "float64"})
optional = ("total", "trend", "churned")
ranges = {"tenure": (0, 1200), "charge": (0, 1e4), "total": (0, 1e6), "tickets": (0, 100), "usage": (0, 1e6),
          "trend": (-1e6, 1e6), "age": (0, 120), "days": (0, 1000)}
values = {"contract": ["monthly", "one_year", "two_year"], "payment": ["card", "transfer", "check", "debit"],
          "internet": ["none", "dsl", "fiber"], "region": ["north", "south", "east", "west"],
          "gender": ["female", "male", "other"]}
bad = {}
for c in t.columns:
    if c not in optional:
        bad[c, "is missing"] = t[c].isna()
for c, (low, high) in ranges.items():
    if same_rules:
        bad[c, "is below"], bad[c, "is above"] = t[c] < low, t[c] > high
    else:
        bad[c, "is out of range"] = ~(t[c].isna() | t[c].between(low, high))
bad["churned", "is neither"] = ~t["churned"].isin([0, 1])
if same_rules:
    blank = t["id"].isin(["", "NA"])
    for c in values:
        bad[c, "is blank"] = t[c].isin(["", "NA"])
        bad[c, "is too long"] = t[c].str.len() > 10000
    bad["id", "is blank"], bad["id", "holds a control character"] = blank, t["id"].str.contains(r"[\\x00-\\x1f\\x7f]")
    twins = pd.DataFrame({"id": t["id"].str.normalize("NFC"), "on": t["observed_on"]})
else:
    twins = t[["id", "observed_on"]]
bad["id", "is a duplicate"] = twins.duplicated(keep=False)
ok = pd.Series(True, index=t.index)
for wrong in bad.values():
    ok &= ~wrong
mature = t["observed_on"] + pd.Timedelta(days=30) <= t["observed_on"].max()
t["churned"] = t["churned"].where(mature)
out = t[~ok]
if same_rules:
    first = [next((k for k, wrong in bad.items() if wrong[i]), None) for i in out.index]
    out = out.assign(column=[c for c, _ in first], reason=[r for _, r in first])
    unknown = {c: float((~t[c].isin(v)).mean()) for c, v in values.items()}
    missing, months = t.isna().mean(), t[ok].groupby("observed_on").size()
    part = t[ok & t["churned"].notna()].groupby("churned").sample(10_000, random_state=0)
    y = part["churned"].to_numpy() == 1
    for c in part.columns.drop(["id", "observed_on", "churned"]):
        x = part[c] if c not in values else part[c].map(part.groupby(c)["churned"].mean())
        rank = x.astype(float).rank(na_option="bottom").to_numpy()
        auc = (rank[y].sum() - y.sum() * (y.sum() + 1) / 2) / (y.sum() * (~y).sum())
out.to_parquet(rejected)
t[ok].to_parquet(valid)
"""
PEERS = ("same rules", "ranges only")


def main() -> None:
    """Print a table: seconds and megabytes of both sides, and their ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    endings = ["parquet"] if len(sys.argv) > 1 else ["parquet", "csv"]
    ours, theirs = f"{'s':>6} {'MB':>6}", f"{'their s':>8} {'MB':>6}"
    print(f"{'rows':>10} {'file':8} {'against pandas':15} {ours} {theirs} {'faster':>7} {'memory':>7}")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for ending in endings:
            rounds = compared(Path(folder), rows, ending)
            for peer in PEERS:
                s, mb, their_s, their_mb = (median(r[who][i] for r in rounds) for who in ("ours", peer) for i in (0, 1))
                faster = median(r[peer][0] / r["ours"][0] for r in rounds)
                both = f"{s:>6.2f} {mb:>6.0f} {their_s:>8.2f} {their_mb:>6.0f}"
                print(f"{rows:>10} {ending:8} {peer:15} {both} {faster:>6.1f}x {mb / their_mb:>7.2f}", flush=True)


def compared(folder: Path, rows: int, ending: str) -> list[dict[str, tuple[float, float]]]:
    """Seconds and megabytes of Mainstay, and of pandas in both ways, on the same file, one after the other, often."""
    source = folder / ending / "customers" / f"rows.{ending}"
    source.parent.mkdir(parents=True)
    duckdb.sql(f"COPY ({ROWS.format(rows=rows)}) TO '{source}'")
    (folder / "contract.yaml").write_text(CONTRACT)
    out = {name: folder / f"{name}.parquet" for name in ("valid", "quarantine")} | {"metrics": folder / "metrics.json"}
    paths = {"params": PARAMS, "contract": folder / "contract.yaml", "raw": source.parents[1], **out}
    pandas = [sys.executable, "-c", PANDAS, str(source), str(folder / "p.parquet"), str(folder / "r.parquet")]
    sides = {"ours": [sys.executable, "-m", "mainstay.pipeline.validate", *(f"{k}={v}" for k, v in paths.items())]}
    sides |= {peer: [*pandas, peer] for peer in PEERS}
    found = [{who: measured(command) for who, command in sides.items()} for _ in range(rounds_of(rows))]
    same_rows(out["valid"], folder / "p.parquet")
    return found


def rounds_of(rows: int) -> int:
    """How often to measure: seldom where a round takes a minute."""
    return 7 if rows <= 1_000_000 else 3


def median(figures: Iterable[float]) -> float:
    return statistics.median(figures)


def measured(command: list[str]) -> tuple[float, float]:
    """Wall-clock seconds and peak megabytes of a command; raises where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(command[:3])} ended with status {status}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def same_rows(ours: Path, theirs: Path) -> None:
    """Raises where the two sides did not keep the same rows."""
    only_one = f"FROM '{ours}' a FULL JOIN '{theirs}' b USING (id) WHERE a.observed_on IS NULL OR b.observed_on IS NULL"
    query = f"SELECT count(*) {only_one}"
    if duckdb.sql(query).fetchall() != [(0,)]:
        raise RuntimeError("the two sides kept different rows")


if __name__ == "__main__":
    main()
