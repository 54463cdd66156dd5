"""Stage split: valid rows -> rows to train on, and rows to be judged by that no training label knew of.

Dated rows are split by time: the test is the last months whose outcomes are known; a row is for training only if
its outcome was known on the first test day (the rest between is purged). The same customer may stand on both
sides, as in production, where a model also scores those it learnt from.

Undated rows are split by a keyed hash of the id (rows/side.py). A test row that equals a training row in every
feature is then dropped: often it is the same customer entered twice, and no score may rest on it. It is dropped
rather than moved, because moving would let a new file pull someone across, and from the test rather than from
training, because an older model may have learnt from its twin. Whether the outcomes agree plays no part, or the
test would lose the easy rows only.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from pathlib import Path

import duckdb
import ibis

from mainstay import params as parameters
from mainstay.pipeline.stage import start
from mainstay.refusal import Refusal
from mainstay.rows import contract_file
from mainstay.rows.contract import OUTCOME, Contract
from mainstay.rows.rules import schema, sql
from mainstay.rows.side import in_test_expression
from mainstay.rows.table import engine, write_json, write_query
from mainstay.verdict import Verdict

SIDE = "side"
"""Where each row goes: train, test, or left out as immature, purged (dated) or a twin (undated)."""

DIGEST = "digest of the features"
"""64 bits: two rows that differ share it once in 10**19 pairs, and then a test row too many is dropped."""


@dataclass(frozen=True)
class Count:
    """What stands on one side."""

    rows: int = 0
    positives: int = 0
    customers: int = 0
    first: datetime.date | None = None
    last: datetime.date | None = None

    @property
    def base_rate(self) -> float:
        return self.positives / self.rows if self.rows else math.nan


def run(*, params: Path, contract: Path, valid: Path, train: Path, test: Path, metrics: Path) -> Verdict:
    """Write both sides and what stands on them; nothing where the split is refused, only metrics where it fails."""
    split, terms = parameters.load(params, "split"), contract_file.load(contract)
    with engine() as connection:
        _open(connection, valid)
        sides = _sides(connection, terms, split, valid)
        counts = _counts(connection, sides, terms)
        check(counts, terms, split, valid)
        verdict = judge(counts, terms, split)
        write_json(summary(counts, terms, split) | {"verdict": verdict.as_dict()}, metrics)
        if verdict.answer == "pass":
            for side, path in {"train": train, "test": test}.items():
                write_query(connection, sql(ordered(sides, side, terms)), path)
    return verdict


def by_time(rows: ibis.Table, contract: Contract, test_from: datetime.date) -> ibis.Table:
    """The rows with their side, where `test_from` is the first test day."""
    day = rows[contract.observed_on]
    known_by = day + ibis.interval(days=contract.outcome.lead_days + contract.outcome.horizon_days)
    first = ibis.literal(test_from)
    sides = ((rows[OUTCOME].isnull(), "immature"), (day >= first, "test"), (known_by.cast("date") <= first, "train"))
    return rows.mutate(**{SIDE: ibis.cases(*sides, else_="purged")})


def by_hash(rows: ibis.Table, contract: Contract, salt: str, share: float) -> ibis.Table:
    """The rows with their side by the keyed hash of the id, and a digest of their features."""
    test = in_test_expression(rows[contract.id], salt, share)
    side = ibis.cases((rows[OUTCOME].isnull(), "immature"), (test, "test"), else_="train")
    return rows.mutate(**{SIDE: side, DIGEST: ibis.struct({c.name: rows[c.name] for c in contract.features}).hash()})


def astride(hashed: ibis.Table) -> ibis.Table:
    """The digests that stand on both sides."""
    sides = hashed.filter(hashed[SIDE] != "immature").group_by(DIGEST).aggregate(n=lambda t: t[SIDE].nunique())
    return sides.filter(sides.n > 1).select(DIGEST)


def without_twins(hashed: ibis.Table, twins: ibis.Table) -> ibis.Table:
    """The rows with those of the test marked whose digest is among `twins`."""
    twin = (hashed[SIDE] == "test") & hashed[DIGEST].isin(twins[DIGEST])
    return hashed.mutate(**{SIDE: ibis.ifelse(twin, "twin", hashed[SIDE])}).drop(DIGEST)


def ordered(sides: ibis.Table, side: str, contract: Contract) -> ibis.Table:
    """One side's rows in an order that does not depend on that of the files."""
    keys = [k for k in (contract.observed_on, contract.id) if k]
    return sides.filter(sides[SIDE] == side).drop(SIDE).order_by(keys)


def first_test_day(days: list[datetime.date], test_months: int) -> datetime.date | None:
    """The first of the sorted days with known outcomes in their last `test_months` months; None if that is all."""
    months = sorted({(d.year, d.month) for d in days})
    if test_months < 1 or len(months) <= test_months:
        return None
    return next(d for d in days if (d.year, d.month) >= months[-test_months])


def check(counts: dict[str, Count], contract: Contract, split: parameters.Split, valid: Path) -> None:
    """Raise Refusal where a side is empty or holds one class only."""
    if contract.observed_on:
        remedy = "lower split.test_months in params.yaml, or bring more months"
    else:
        remedy = "change split.test_share in params.yaml, or bring more customers"
    for side in ("train", "test"):
        count = counts.get(side, Count())
        others = ", ".join(f"{c.rows} {name}" for name, c in sorted(counts.items()) if name != side)
        if not count.rows:
            raise Refusal(f"{valid}: no row is left for {side} ({others}); {remedy}")
        if count.positives in (0, count.rows):
            seen = f"{count.rows} {side} rows with {count.positives} positives"
            raise Refusal(f"{valid}: saw {seen}, wanted both outcomes on each side; {remedy}")


def judge(counts: dict[str, Count], contract: Contract, split: parameters.Split) -> Verdict:
    """Whether the two sides of an undated split churn alike; a hash that sorts leavers is no fair test."""
    gap = rate_gap_se(counts["train"], counts["test"])
    if contract.observed_on or gap <= split.max_rate_gap_se:
        return Verdict("pass")
    rates = " and ".join(f"{counts[side].base_rate:.4f} ({side})" for side in ("train", "test"))
    reason = f"churn rates {rates} differ by {gap:.1f} standard errors, wanted {split.max_rate_gap_se:g} at most"
    return Verdict("fail", (f"{reason}; look for ids that tell the outcome, or change split.salt",))


def rate_gap_se(a: Count, b: Count) -> float:
    """Difference of two churn rates in standard errors, pooled (the two-proportion z statistic)."""
    pooled = (a.positives + b.positives) / (a.rows + b.rows)
    return abs(a.base_rate - b.base_rate) / math.sqrt(pooled * (1 - pooled) * (1 / a.rows + 1 / b.rows))


def summary(counts: dict[str, Count], contract: Contract, split: parameters.Split) -> dict[str, object]:
    """What metrics/split.json says: the kind, what it takes to check the split again, and both sides."""
    train, test = counts["train"], counts["test"]
    left_out = {"immature": counts.get("immature", Count()).rows}
    if contract.observed_on:
        spans = {"test_from": str(test.first), "test_until": str(test.last), "train_until": str(train.last)}
        how = {"kind": "time", **spans, "purged": counts.get("purged", Count()).rows}
    else:
        how = {"kind": "hash", "salt": split.salt, "test_share": split.test_share}
        how |= {"twins_dropped": counts.get("twin", Count()).rows, "rate_gap_se": rate_gap_se(train, test)}
    return how | left_out | {"train": _described(train), "test": _described(test)}


def _described(count: Count) -> dict[str, object]:
    described = {"rows": count.rows, "positives": count.positives, "customers": count.customers}
    return described | {"base_rate": count.base_rate}


def _open(connection: duckdb.DuckDBPyConnection, valid: Path) -> None:
    try:
        connection.read_parquet(str(valid)).create_view("valid")
    except duckdb.Error as error:
        raise Refusal(f"{valid}: cannot be read as Parquet: {error}; run `dvc repro validate`") from error


def _sides(
    connection: duckdb.DuckDBPyConnection, contract: Contract, split: parameters.Split, valid: Path
) -> ibis.Table:
    rows = ibis.table(schema(contract), name="valid")
    if not contract.observed_on:
        if not 0 < split.test_share < 1:
            raise Refusal(f"params.yaml: split.test_share is {split.test_share}, wanted between 0 and 1")
        hashed = by_hash(rows, contract, split.salt, split.test_share)
        connection.execute(f"CREATE TEMP TABLE twins AS {sql(astride(hashed))}")  # found once, read thrice
        return without_twins(hashed, ibis.table({DIGEST: "uint64"}, name="twins"))
    known = rows.filter(rows[OUTCOME].notnull()).select(contract.observed_on).distinct().order_by(contract.observed_on)
    days = [day for (day,) in connection.execute(sql(known)).fetchall()]
    test_from = first_test_day(days, split.test_months)
    if test_from is None:
        months = len({(d.year, d.month) for d in days})
        seen = f"saw {months} months with known outcomes, wanted more than split.test_months ({split.test_months})"
        raise Refusal(f"{valid}: {seen}; set it to 1 or more and below {months} in params.yaml, or bring more months")
    return by_time(rows, contract, test_from)


def _counts(connection: duckdb.DuckDBPyConnection, sides: ibis.Table, contract: Contract) -> dict[str, Count]:
    counted = {
        "rows": sides.count(),
        "positives": sides[OUTCOME].cast("int64").sum().coalesce(0),
        "customers": sides[contract.id].nunique(),
    }
    if contract.observed_on:
        counted |= {"first": sides[contract.observed_on].min(), "last": sides[contract.observed_on].max()}
    query = sql(sides.group_by(SIDE).aggregate(**counted))
    return {side: Count(*values) for side, *values in connection.execute(query).fetchall()}


if __name__ == "__main__":
    start(run)
