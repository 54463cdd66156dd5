"""Which rows of a raw table break the contract, and how: as Ibis expressions."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt

from mainstay.rows.contract import Column, Contract
from mainstay.rows.layout import Layout
from mainstay.rows.rules import TYPES
from mainstay.rows.values import Cell, as_text, cell, isfinite

WANTED = {
    "integer": "an integer",
    "number": "a number",
    "category": "text",
    "boolean": "true or false",
    "date": "a date",
}
NO_CONTROL = r"[^\x00-\x1f\x7f]*"
"""What an id may be: control characters hide in logs and end strings early."""

FILE, ROW, AT = "__file", "__row", "__at"
"""Columns of every raw table: the file that a row is from, its place in it and in all files together, from 0."""

SEEN_CHARACTERS = 200
"""What quarantine keeps of a value; the raw file has the rest."""


@ibis.udf.scalar.builtin
def strlen(text: str) -> int:
    """Bytes of a text, in DuckDB."""


@ibis.udf.scalar.builtin
def left(text: str, characters: int) -> str:
    """The first characters of a text, in DuckDB; Ibis's own writes the text twice."""


@ibis.udf.scalar.builtin
def regexp_full_match(text: str, pattern: str) -> bool:
    """Does all of the text match, in DuckDB? It is quicker than to search the whole for what must not be there."""


@ibis.udf.scalar.builtin
def floor(number: float) -> float:
    """The whole number below, in DuckDB; Ibis makes an integer of it, which infinities have none of."""


@dataclass(frozen=True)
class Rule:
    """One way in which a column of a row can be wrong.

    `broken` may be NULL where a value is missing, which is as good as false. It compares raw columns where it
    can: then the engine sees from a file's own minima and maxima that no row can break it.
    """

    column: str
    broken: ibis.BooleanValue
    reason: ibis.StringValue | str
    seen: ibis.Value


def judge(table: ibis.Table, layout: Layout, contract: Contract, max_cell_bytes: int) -> ibis.Table:
    """The faulty rows of a raw table, each with its first fault: file, row, day, column, seen value, reason.

    Reasons are made on faulty rows only. `day` is the observation date, NULL where undated or unreadable.
    """
    rules = _rules(table, layout, contract, max_cell_bytes)
    found = table.filter(functools.reduce(operator.or_, (r.broken for r in rules)))
    found = found.mutate(__rule=ibis.cases(*((r.broken, i) for i, r in enumerate(rules))))
    told = _rules(found, layout, contract, max_cell_bytes)
    return found.select(
        FILE,
        ROW,
        day=day_of(found, contract),
        column=_by_rule(found, [r.column for r in told]),
        seen=left(_by_rule(found, [r.seen for r in told]), SEEN_CHARACTERS),
        reason=_by_rule(found, [r.reason for r in told]),
    )


def _by_rule(found: ibis.Table, texts: list) -> ibis.StringValue:
    """What is said of a row by the number of the rule that it breaks; rules that say the same share a case."""
    said: dict[object, list[int]] = {}
    for number, text in enumerate(texts):
        said.setdefault(text, []).append(number)
    return ibis.cases(*((found["__rule"].isin(numbers), _said(text)) for text, numbers in said.items()))


def _said(text: str | ibis.Value) -> str | ibis.Value:
    return text if isinstance(text, str) else as_text(text)


@ibis.udf.scalar.builtin
def getvariable(variable: str) -> str:
    """A variable of the connection, in DuckDB."""


@ibis.udf.scalar.builtin
def get_bit(bits: str, place: dt.int32) -> int:
    """One bit of a string of them, in DuckDB."""


def kept(table: ibis.Table, layout: Layout, contract: Contract, faulty: str) -> ibis.Table:
    """The rows without fault, as contract values, with their file and place; in order.

    `faulty` names a variable of the connection with one bit a row, set where the row has a fault: a filter keeps
    the order of rows, and an anti-join does not. Blanks are looked for only where a value may be missing: elsewhere
    they are faults.
    """
    cells = {c.name: cell(table[c.name], c, contract.blanks if c.missing else ()) for c in layout.columns}
    values = {c.name: cells[c.name].value.try_cast(TYPES[c.kind]) for c in layout.columns}
    good = get_bit(getvariable(faulty), table[AT].cast("int32")) == 0
    return table.filter(good).select(FILE, ROW, **values)


def day_of(table: ibis.Table, contract: Contract) -> ibis.Value:
    """The observation date of a raw table's rows, NULL where undated."""
    if contract.observed_on is None:
        return ibis.null("date")
    return cell(table[contract.observed_on], Column(contract.observed_on, "date"), contract.blanks).value


def _rules(table: ibis.Table, layout: Layout, contract: Contract, max_bytes: int) -> list[Rule]:
    cells = {c.name: cell(table[c.name], c, contract.blanks) for c in layout.columns}
    found = [rule for c in layout.columns for rule in _of_column(c, cells[c.name], max_bytes)]
    dated = [
        r for c in contract.used if c.kind == "date" and c.name in cells for r in _of_date(c.name, cells, contract)
    ]
    return found + _of_id(cells, contract) + _of_outcome(cells, contract) + dated


def _of_column(column: Column, it: Cell, max_bytes: int) -> list[Rule]:
    rule = functools.partial(Rule, column.name, seen=it.seen)
    rules = []
    if column.missing == 0:
        rules.append(rule(it.absent, "is missing, wanted a value"))
    if it.unreadable is not None:
        was = "text" if it.seen.type().is_string() else "a number"
        rules.append(rule(it.unreadable, f"is {was}, wanted {WANTED[column.kind]}"))
    if column.kind in ("integer", "number"):
        rules += _of_number(column, it.value, rule)
    if column.kind == "category" and it.seen.type().is_string():
        rules.append(rule(strlen(it.raw) > max_bytes, f"is longer than {max_bytes} bytes"))
    return rules


def _of_number(column: Column, value: ibis.NumericValue, rule: Callable[..., Rule]) -> list[Rule]:
    rules = []
    if value.type().is_floating():
        text = "is " + value.cast("string").replace("-nan", "nan") + f", wanted a finite {column.kind}"
        rules.append(rule(~isfinite(value), text))
    if value.type().is_floating() and column.kind == "integer":
        text = "is " + value.cast("string") + ", wanted a whole number"
        rules.append(rule(value != floor(value), text))
    rules.append(rule(value < _bound(column, column.lower), f"is below {column.lower:g}"))
    rules.append(rule(value > _bound(column, column.upper), f"is above {column.upper:g}"))
    return rules


def _bound(column: Column, bound: float) -> float:
    """An integer's bound as an integer, so that the engine need not make floats of the column."""
    return int(bound) if column.kind == "integer" and bound == int(bound) else bound


def _of_id(cells: dict[str, Cell], contract: Contract) -> list[Rule]:
    value = cells[contract.id].value
    return [Rule(contract.id, ~regexp_full_match(value, NO_CONTROL), "holds a control character", value)]


def _of_outcome(cells: dict[str, Cell], contract: Contract) -> list[Rule]:
    outcome = contract.outcome
    if outcome.column not in cells or outcome.negative is None:
        return []
    label = cells[outcome.column].value
    wrong = ~label.isin((outcome.positive, outcome.negative))
    text = f"is neither {outcome.positive!r} (left) nor {outcome.negative!r} (stayed)"
    return [Rule(outcome.column, wrong, text, label)]


def _of_date(name: str, cells: dict[str, Cell], contract: Contract) -> list[Rule]:
    if contract.observed_on is None:
        return []
    value, today = cells[name].value, cells[contract.observed_on].value
    return [Rule(name, value > today, "is after the observation date", value)]
