"""Suspected leaks of a drafted contract, found as `validate` finds them, on as many rows as memory likes."""

from __future__ import annotations

import dataclasses

import duckdb
import ibis
import numpy as np

from mainstay.evidence.leak import Separation, separations
from mainstay.pipeline.adoption.guess import Guess
from mainstay.rows.contract import OUTCOME, Contract
from mainstay.rows.rules import TYPES, encode, sql
from mainstay.rows.side import in_test_expression
from mainstay.rows.values import TEXT, cell

SALT = "leaks"


def found(
    connection: duckdb.DuckDBPyConnection, rows: ibis.Table, contract: Contract, share: float, above: float
) -> list[Separation]:
    """Each feature's separation of leavers and stayers, the widest first, on that share of the customers."""
    if share < 1:
        rows = rows.filter(in_test_expression(_text(rows, contract.id), SALT, share))
    keys = {contract.observed_on: "date"} if contract.observed_on else {}
    kinds = keys | {c.name: c.kind for c in contract.features}
    columns = {c.name: c for c in (*contract.features, *_dates(keys))}
    values = {n: cell(rows[n], columns[n], contract.blanks).value.try_cast(TYPES[kind]) for n, kind in kinds.items()}
    typed = rows.select(**values, **{OUTCOME: _label(rows, contract)})
    numbers = connection.execute(sql(encode(typed, contract, beside=(OUTCOME,)))).fetchnumpy()
    *features, churned = (np.ma.filled(column, np.nan) for column in numbers.values())
    return separations(np.column_stack(features), churned, contract, above)


def marked(guesses: tuple[Guess, ...], leaks: dict[str, str]) -> tuple[Guess, ...]:
    """The guesses, with those columns ignored that `leaks` gives a reason for."""
    return tuple(_ignored(g, leaks[g.column.name]) if g.column.name in leaks else g for g in guesses)


def _ignored(guess: Guess, reason: str) -> Guess:
    return Guess(dataclasses.replace(guess.column, use="ignore"), f"suspected leak: {reason}")


def _dates(keys: dict[str, str]) -> list:
    return [dataclasses.replace(TEXT, name=name, kind="date") for name in keys]


def _label(rows: ibis.Table, contract: Contract) -> ibis.Value:
    """1.0 left, 0.0 stayed, NULL unknown."""
    label = _text(rows, contract.outcome.column, contract.blanks)
    return ibis.cases((label.isnull(), ibis.null("float64")), (label == contract.outcome.positive, 1.0), else_=0.0)


def _text(rows: ibis.Table, name: str, blanks: tuple[str, ...] = ()) -> ibis.Value:
    return cell(rows[name], TEXT, blanks).value
