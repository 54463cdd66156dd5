"""Stage simulate: customer snapshots and outcomes of a business whose truth is known. See docs/simulator.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from mainstay.params import Simulate, load
from mainstay.pipeline.stage import start
from mainstay.pipeline.world.months import Month, months
from mainstay.refusal import Refusal
from mainstay.rows.table import write_frame


def decide(simulated: Iterable[Month]) -> dict[str, pd.DataFrame]:
    """Name below the raw folder -> rows, for each snapshot and for each month's outcomes that are known by the last."""
    history = list(simulated)
    as_of = max(month.observed_on for month in history)
    tables = {f"customers/{month.observed_on:%Y-%m}.parquet": month.customers for month in history}
    known = [month for month in history if month.outcomes_known_on <= as_of]
    return tables | {f"outcomes/{month.observed_on:%Y-%m}.parquet": month.outcomes for month in known}


def run(*, params: Path, raw: Path, truth: Path) -> None:
    """Write the raw folder and, beside it, what only the stage truth may read."""
    settings: Simulate = load(params, "simulate")
    history = list(months(settings))
    tables = decide(history)
    _refuse_strangers(raw, set(tables))
    for name, rows in tables.items():
        write_frame(rows, raw / name)
    write_frame(pd.concat([month.truth for month in history], ignore_index=True), truth)


def _refuse_strangers(raw: Path, made: set[str]) -> None:
    """Files that this run does not make would be taken for its own by the next stage."""
    found = sorted(str(p.relative_to(raw)) for p in raw.rglob("*") if p.is_file())
    strangers = [name for name in found if name not in made]
    if strangers:
        raise Refusal(f"{raw / strangers[0]}: the simulation does not make this file; move {raw} away and run again")


if __name__ == "__main__":
    start(run)
