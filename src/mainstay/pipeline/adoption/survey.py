"""A team's rows, looked over: the draft of their contract and what a person should check."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import ibis

from mainstay import params as parameters
from mainstay.evidence.leak import Separation
from mainstay.pipeline.adoption import leaks
from mainstay.pipeline.adoption.draft import Draft, text
from mainstay.pipeline.adoption.guess import guess
from mainstay.pipeline.adoption.labels import labels
from mainstay.pipeline.adoption.opening import opened
from mainstay.pipeline.adoption.profile import Profile, blanks, profile
from mainstay.refusal import Refusal
from mainstay.rows import contract_file
from mainstay.rows.contract import Column, Outcome
from mainstay.rows.rules import sql
from mainstay.rows.table import engine
from mainstay.rows.values import TEXT, cell

Progress = Callable[[Iterable[str]], Iterable[str]]
"""Hands on what it is given, and shows how far it has come."""


@dataclass(frozen=True)
class Given:
    """What the team says of its files."""

    files: tuple[Path, ...]
    id: str
    outcome: str
    positive: str | None = None
    observed_on: str | None = None
    horizon_days: int | None = None
    lead_days: int = 0


@dataclass(frozen=True)
class Survey:
    """What was found. `twins` are rows that equal another but for the id; `separations` are those of the features."""

    given: Given
    draft: Draft
    rows: int
    customers: int
    positives: int
    labelled: int
    twins: int
    days: tuple[datetime.date, datetime.date] | None
    profiles: tuple[Profile, ...]
    separations: tuple[Separation, ...]


def survey(given: Given, params: Path, scratch: Path, progress: Progress) -> Survey:
    """Look the files over. Raises Refusal where they cannot become rows of a contract."""
    adopt, validate = parameters.load(params, "adopt"), parameters.load(params, "validate")
    with engine(validate.memory_limit_mb) as connection:
        named = [given.id, given.outcome, *([given.observed_on] if given.observed_on else [])]
        rows = opened(connection, given.files, named, scratch)
        found = _Look(connection, rows, given, blanks(connection, rows))
        size, customers = found.check_keys(validate.quarantine_share)
        values = found.values_of_outcome()
        profiles = found.profiles([c for c in rows.columns if c not in named], adopt.max_values, progress)
        guesses = (
            guess(p, customers, given.observed_on is not None, adopt, validate.quarantine_share) for p in profiles
        )
        draft = _draft(given, adopt, values, found.blanks, tuple(guesses))
        contract = contract_file.parse(text(draft), "the drafted contract")
        share = min(1.0, adopt.leak_rows / size)
        separations = tuple(leaks.found(connection, rows, contract, share, validate.leak_auc))
        suspected = {s.column: s.reason for s in separations if s.reason}
        return Survey(
            given,
            replace(draft, guesses=leaks.marked(draft.guesses, suspected)),
            rows=size,
            customers=customers,
            positives=values[draft.outcome.positive],
            labelled=sum(values.values()),
            twins=found.twins(),
            days=found.days(),
            profiles=profiles,
            separations=separations,
        )


def _draft(given: Given, adopt: parameters.Adopt, values: dict[str, int], blanks: tuple[str, ...], guesses) -> Draft:
    positive, negative = labels(values, given.outcome, given.positive)
    horizon_days = given.horizon_days
    if horizon_days is None:
        horizon_days = adopt.horizon_days if given.observed_on else 0
    outcome = Outcome(given.outcome, None, positive, negative, None, horizon_days, given.lead_days)
    source = ", ".join(path.name for path in given.files)
    return Draft(source, given.id, given.observed_on, outcome, blanks, guesses)


@dataclass(frozen=True)
class _Look:
    """Questions to the rows, each answered by the engine."""

    connection: duckdb.DuckDBPyConnection
    rows: ibis.Table
    given: Given
    blanks: tuple[str, ...]

    def check_keys(self, tolerated: float) -> tuple[int, int]:
        """Rows and customers. Raises Refusal where the id, with the date, does not name a row."""
        id_, day = self._text(self.given.id), self._day()
        keys = {"id": id_, **({"day": day} if day is not None else {})}
        (size, customers, nameless) = self._one(
            self.rows.aggregate(rows=self.rows.count(), customers=id_.nunique(), nameless=id_.isnull().sum())
        )
        if not size:
            raise Refusal(f"{self.given.files[0]}: holds no rows")
        if day is not None and self._one(day.isnull().sum().as_table())[0] > tolerated * size:
            seen = self._one(self.rows[self.given.observed_on].cast("string").min().as_table())[0]
            raise Refusal(
                f"column {self.given.observed_on!r} holds values such as {seen!r}; wanted dates as 2024-01-31"
            )
        (named,) = self._one(self.rows.select(**keys).distinct().count().as_table())
        if nameless or size - named > tolerated * size:
            seen = f"{size} rows have {named} different values, {nameless} have none"
            hint = (
                "" if self.given.observed_on else "; where a customer has a row a month, name the date: --observed-on"
            )
            raise Refusal(f"column {self.given.id!r} does not name a row: {seen}{hint}")
        return size, customers

    def values_of_outcome(self) -> dict[str, int]:
        label = self.rows.select(value=self._text(self.given.outcome))
        counted = label.filter(label.value.notnull()).group_by("value").aggregate(rows=lambda t: t.count())
        return dict(self.connection.execute(sql(counted.order_by("value").limit(1000))).fetchall())

    def profiles(self, names: list[str], max_values: int, progress: Progress) -> tuple[Profile, ...]:
        day = self.given.observed_on
        seen = (profile(self.connection, self.rows, n, self.blanks, day, max_values) for n in progress(names))
        return tuple(seen)

    def twins(self) -> int:
        """Rows that equal another in all but the id."""
        rest = self.rows.drop(self.given.id)
        (size,), (different,) = self._one(rest.count().as_table()), self._one(rest.distinct().count().as_table())
        return size - different

    def days(self) -> tuple[datetime.date, datetime.date] | None:
        day = self._day()
        return None if day is None else self._one(self.rows.aggregate(first=day.min(), last=day.max()))

    def _day(self) -> ibis.Value | None:
        name = self.given.observed_on
        return cell(self.rows[name], Column(name, "date"), self.blanks).value if name else None

    def _text(self, name: str) -> ibis.Value:
        return cell(self.rows[name], TEXT, self.blanks).value

    def _one(self, query: ibis.Table) -> tuple:
        return self.connection.execute(sql(query)).fetchone()
