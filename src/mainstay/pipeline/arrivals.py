"""Raw files that came: which are new, where each goes, and which must not come in as they are."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.rows.corrections import next_correction, standing
from mainstay.rows.files import FORMATS
from mainstay.rows.layout import CUSTOMERS


@dataclass(frozen=True)
class Arrival:
    """A file and the place below raw/ that it goes to."""

    source: Path
    place: Path


def arrivals(source: Path, tables: Iterable[str], table: str | None) -> list[Arrival]:
    """The files of `source`, in order: a folder laid out as data/raw (a folder a table), or rows of one table.

    Raises Refusal where there is none, or one that is neither CSV nor Parquet.
    """
    tables = tuple(tables)
    if source.is_dir() and table is None and any((source / name).is_dir() for name in tables):
        found = [Arrival(p, Path(name) / p.name) for name in tables for p in _files(source / name)]
    else:
        found = [Arrival(p, Path(table or CUSTOMERS) / p.name) for p in _files(source)]
    if not found:
        raise Refusal(f"{source}: no file there; wanted .csv or .parquet, or folders {', '.join(tables)} of them")
    for arrival in found:
        if arrival.source.suffix.lower() not in FORMATS:
            raise Refusal(f"{arrival.source}: is neither .csv nor .parquet; unpack, convert or remove it")
        if arrival.place.parts[0] not in tables:
            raise Refusal(f"--table: saw {table!r}, wanted {' or '.join(tables)}, as in the contract")
    return found


def correcting(arrival: Arrival, corrected: str, held: Iterable[Path]) -> Arrival:
    """The same file as the next correction of the one named. Raises Refusal where that is not there.

    `held` are the files below raw/.
    """
    beside = [path for path in held if path.parent == arrival.place.parent]
    old = next((path for path in beside if path.name == Path(corrected).name), None)
    if old is None:
        raise Refusal(f"--corrects: saw {corrected!r}, wanted one of {', '.join(p.name for p in beside) or 'none'}")
    return Arrival(arrival.source, next_correction(old, beside, arrival.source.suffix.lower()))


def superseding(arrival: Arrival, held: Iterable[Path]) -> Arrival:
    """Where rows are undated, a new snapshot stands in for the one there is. Raises Refusal where there are several."""
    stands = standing(sorted(path for path in held if path.parent == arrival.place.parent))
    if len(stands) != 1:
        raise Refusal(
            f"{arrival.source}: rows are undated and {len(stands)} files are there; say which one it corrects "
            "by --corrects"
        )
    return correcting(arrival, stands[0].name, held)


def fresh(found: Iterable[Arrival], held: Mapping[Path, str]) -> list[Arrival]:
    """Those whose content is not there yet, under whichever name; `held` is place -> sha256.

    Raises Refusal where another file has the name already: what is there is never written over.
    """
    known, new = set(held.values()), []
    for arrival in found:
        own = digest(arrival.source)
        if own in known:
            continue
        if any(arrival.place == other.place for other in new):
            raise Refusal(f"{arrival.source}: a second file called {arrival.place}; give it another name")
        if arrival.place in held:
            raise Refusal(
                f"{arrival.source}: {arrival.place} is there already and holds something else; nothing is written "
                f"over: if this one is right, bring it in with --corrects {arrival.place.name}"
            )
        known.add(own)
        new.append(arrival)
    return new


def check_days(new: Mapping[datetime.date, Path], held: Mapping[datetime.date, Path]) -> None:
    """Raises Refusal where rows of an observation date come in a second time, from a file that corrects none."""
    for day, path in sorted(new.items()):
        if day in held:
            raise Refusal(
                f"{path}: holds rows of {day}, which {held[day]} holds already; a past date is not added to: "
                f"leave them out, or bring the whole file in with --corrects {held[day].name}"
            )


def digest(path: Path) -> str:
    """sha256 of a file, read in parts."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    return sorted(p for p in source.rglob("*") if p.is_file() and not p.name.startswith("."))
