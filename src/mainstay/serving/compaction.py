"""`mainstay log compact`: closed segments of the prediction log become Parquet, a partition a day; old days go.

A segment is removed only after what was made of it could be read again, so a killed run loses and doubles nothing:
the same segment always becomes the same files.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mainstay.params import Log
from mainstay.refusal import Refusal
from mainstay.rows.prediction_log_file import as_table, records
from mainstay.rows.prediction_record import Record
from mainstay.serving.prediction_log import ACTIVE, ENDING, is_closed

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

DAY = "day="


@dataclass(frozen=True)
class Compacted:
    """`skipped` lines were torn or not ours; `expired` are days that were removed."""

    segments: int
    predictions: int
    skipped: int
    open: int
    expired: tuple[str, ...]

    @property
    def line(self) -> str:
        """For people."""
        said = f"{self.predictions} predictions of {self.segments} segments compacted"
        said += f"; {self.open} still written to" if self.open else ""
        said += f"; {self.skipped} torn lines passed over" if self.skipped else ""
        return said + (f"; removed {', '.join(self.expired)}" if self.expired else "")


def compact(log: Path, to: str, limits: Log, today: datetime.date) -> Compacted:
    """Compacts the closed segments of the server's folder `log` into `to`, any fsspec location.

    Raises Refusal where `log` is no folder, or `to` cannot be written; segments stay then.
    """
    import fsspec

    if not log.is_dir():
        raise Refusal(f"{log}: no folder there; wanted the one given to `mainstay serve --log`")
    system, root = fsspec.url_to_fs(to)
    found = sorted((log / ACTIVE).glob(f"*{ENDING}"))
    closed = [path for path in found if is_closed(path)]
    done = predictions = skipped = 0
    try:
        for path in closed:
            kept, torn = _one(system, root, path)
            done, predictions, skipped = done + bool(kept or torn), predictions + kept, skipped + torn
        expired = tuple(_expire(system, root, today - datetime.timedelta(days=limits.retention_days)))
    except OSError as error:
        raise Refusal(f"{to}: cannot be written: {error}; what is not compacted stays in {log}") from error
    return Compacted(done, predictions, skipped, len(found) - len(closed), expired)


def _one(system: AbstractFileSystem, root: str, path: Path) -> tuple[int, int]:
    """Predictions kept and lines skipped of one segment, which is removed then."""
    days: dict[str, list[Record]] = {}
    skipped = 0
    for record in records(path):
        if record is None:
            skipped += 1
            continue
        days.setdefault(_day(record), []).append(record)
    for day, batch in sorted(days.items()):
        _write(system, f"{root}/{DAY}{day}/{path.stem}.parquet", batch)
    path.unlink()
    return sum(map(len, days.values())), skipped


def _write(system: AbstractFileSystem, to: str, batch: list[Record]) -> None:
    """One partition's file, whole or not at all, and proven to hold every row."""
    from pyarrow import parquet

    table = as_table(batch)
    system.makedirs(to.rpartition("/")[0], exist_ok=True)
    fresh = f"{to.rpartition('/')[0]}/.{to.rpartition('/')[2]}.{os.getpid()}"
    with system.open(fresh, "wb") as file:
        parquet.write_table(table, file, compression="zstd")
    with system.open(fresh, "rb") as file:
        rows = parquet.ParquetFile(file).metadata.num_rows
    if rows != len(batch):
        raise OSError(f"{fresh} holds {rows} rows, wanted {len(batch)}")
    system.mv(fresh, to)


def _expire(system: AbstractFileSystem, root: str, before: datetime.date) -> Iterator[str]:
    for folder in sorted(system.glob(f"{root}/{DAY}*")):
        day = folder.rpartition(DAY)[2]
        if day < before.isoformat():
            system.rm(folder, recursive=True)
            yield day


def _day(record: Record) -> str:
    return datetime.datetime.fromtimestamp(record.scored_at_s, datetime.UTC).date().isoformat()
