"""What the past looks like once all of it is known: rows that could be scored, each with its outcome."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from mainstay.pipeline import validate
from mainstay.refusal import Refusal
from mainstay.replay.history import RawFile, lay
from mainstay.rows import contract_file, layout
from mainstay.rows.table import read_frame

if TYPE_CHECKING:
    import pandas

TOLERANT = {
    "quarantine_share": 1.0,
    "outcome_missing_share": 1.0,
    "leak_auc": 1.1,
    "min_rows": 0,
    "shrink_share": 0.0,
    "max_rate_jump": 1e9,
}
"""Here each row is judged by itself; whether a month as a whole will do is for that month's own run to say."""


def rows(files: Sequence[RawFile], params: Path, contract: Path, scratch: Path) -> pandas.DataFrame:
    """Every row of the files that keeps the contract, with its outcome where that is mature at their end.

    Raises Refusal where the files cannot be read as the contract says.
    """
    lay(files, scratch / "raw")
    _tolerant(params, scratch / "params.yaml")
    paths = {name: scratch / f"{name}.parquet" for name in ("valid", "quarantine")}
    verdict = validate.run(
        params=scratch / "params.yaml",
        contract=contract,
        raw=scratch / "raw",
        metrics=scratch / "data_quality.json",
        **paths,
    )
    if verdict.answer != "pass":
        raise Refusal(f"{'; '.join(verdict.reasons)}; mend the history before it is replayed")
    return read_frame(paths["valid"])


def unreadable(names: Sequence[str], contract: Path, source: str) -> str | None:
    """Why customer files of these columns cannot be scored; None where they can."""
    try:
        layout.check(layout.customers(contract_file.load(contract)), names, source)
    except Refusal as refusal:
        return str(refusal)
    return None


def by_month(frame: pandas.DataFrame, day: str) -> Iterator[tuple[datetime.date, pandas.DataFrame]]:
    """The first day seen of each calendar month, with the month's rows in their order."""
    days = sorted(frame[day].unique())
    for _, of_month in itertools.groupby(days, key=lambda d: (d.year, d.month)):
        group = list(of_month)
        yield group[0], frame[frame[day].isin(group)].reset_index(drop=True)


def _tolerant(params: Path, to: Path) -> None:
    document = yaml.safe_load(params.read_text(encoding="utf-8"))
    document["validate"] |= TOLERANT
    to.write_text(yaml.safe_dump(document), encoding="utf-8")
