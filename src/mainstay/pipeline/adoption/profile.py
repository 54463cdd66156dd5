"""What is seen of one column of a team's file: how much is there, what it can be read as, and how far it reaches."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import ibis

from mainstay.rows.contract import Column
from mainstay.rows.rules import sql
from mainstay.rows.values import TEXT, cell, family

SPELLINGS_OF_NOTHING = ("", "na", "n/a", "#n/a", "null", "nan")
"""What stands for a missing value in any team's files, spaces and case aside."""

ALWAYS_BLANK = ("", " ", "NA")

NUMBERS, READABLE = ("integer", "float"), ("string", "integer", "float", "boolean", "date", "timestamp")
WHOLE, PADDED = r"^[+-]?[0-9]+$", r"^[+-]?0[0-9]"


@dataclass(frozen=True)
class Profile:
    """Counts are of rows. `family` is of the type the file holds it in (rows/values.py)."""

    name: str
    family: str
    rows: int
    present: int = 0  # not blank
    distinct: int = 0
    not_numbers: int = 0
    not_dates: int = 0
    not_whole: int = 0  # of a text: not digits alone
    padded: int = 0  # written with leading zeros, as codes are and counts are not
    late: int = 0  # dates after the observation date
    low: float | None = None
    high: float | None = None
    odd: str | None = None  # the first text that is no number
    values: tuple[str, ...] = ()  # sorted; empty where there are more than asked for

    @property
    def missing_share(self) -> float:
        return 1 - self.present / self.rows if self.rows else 0.0


def blanks(connection: duckdb.DuckDBPyConnection, rows: ibis.Table) -> tuple[str, ...]:
    """Every spelling of a missing value that the rows hold, beside those that always count."""
    found: set[str] = set()
    for name, type_ in rows.schema().items():
        if type_.is_string():
            values = rows.select(value=rows[name]).distinct()
            query = values.filter(values.value.strip().lower().isin(SPELLINGS_OF_NOTHING))
            found |= {value for (value,) in connection.execute(sql(query)).fetchall()}
        if type_.is_floating() and _one(connection, rows[name].isnan().any().as_table()) == (True,):
            found.add("NaN")
    return (*ALWAYS_BLANK, *sorted(found - set(ALWAYS_BLANK)))


def profile(
    connection: duckdb.DuckDBPyConnection,
    rows: ibis.Table,
    name: str,
    blanks: tuple[str, ...],
    observed_on: str | None,
    max_values: int,
) -> Profile:
    """What is seen of the column `name`; its values only where there are at most `max_values`."""
    kin = family(rows[name].type())
    if kin not in READABLE:
        return Profile(name, kin, *_one(connection, rows.count().as_table()))
    today = _read(rows, observed_on, "date", blanks) if observed_on else None
    counted = rows.aggregate(**_counts(rows, name, blanks, today))
    counts = dict(zip(counted.columns, _one(connection, counted), strict=True))
    values = _values(connection, rows, name, blanks) if counts["distinct"] <= max_values else ()
    return Profile(name, kin, **counts, values=values)


def _counts(
    rows: ibis.Table, name: str, blanks: tuple[str, ...], today: ibis.Value | None
) -> dict[str, ibis.IntegerScalar]:
    text = cell(rows[name], TEXT, blanks)
    counts = {"rows": rows.count(), "present": text.value.count(), "distinct": text.value.nunique()}
    kin = family(rows[name].type())
    if kin in (*NUMBERS, "string"):
        number = cell(rows[name], Column(name, "number"), blanks)
        finite = ibis.ifelse(number.value.isinf() | number.value.isnan(), ibis.null("float64"), number.value)
        counts |= {"low": finite.min(), "high": finite.max()}
    if kin == "string":
        whole, padded = text.seen.strip().re_search(WHOLE), text.seen.strip().re_search(PADDED)
        odd = ibis.ifelse(number.unreadable, text.seen, ibis.null("string"))
        counts |= {"not_numbers": number.unreadable.sum().coalesce(0), "odd": odd.min()}
        counts |= {"not_whole": (~whole).sum().coalesce(0), "padded": padded.sum().coalesce(0)}
        counts["not_dates"] = cell(rows[name], Column(name, "date"), blanks).unreadable.sum().coalesce(0)
    if today is not None and kin in ("string", "date", "timestamp"):
        counts["late"] = (_read(rows, name, "date", blanks) > today).sum().coalesce(0)
    return counts


def _read(rows: ibis.Table, name: str, kind: str, blanks: tuple[str, ...]) -> ibis.Value:
    return cell(rows[name], Column(name, kind), blanks).value


def _values(
    connection: duckdb.DuckDBPyConnection, rows: ibis.Table, name: str, blanks: tuple[str, ...]
) -> tuple[str, ...]:
    text = rows.select(value=cell(rows[name], TEXT, blanks).value).distinct()
    return tuple(sorted(v for (v,) in connection.execute(sql(text.filter(text.value.notnull()))).fetchall()))


def _one(connection: duckdb.DuckDBPyConnection, query: ibis.Table) -> tuple:
    return connection.execute(sql(query)).fetchone()
