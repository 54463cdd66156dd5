"""Which rows of a raw table break the contract, and how: as Ibis expressions."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from dataclasses import dataclass

import ibis

from mainstay.rows.contract import Column, Contract
from mainstay.rows.layout import Layout
from mainstay.rows.rules import TYPES
from mainstay.rows.values import Cell, as_text, cell

WANTED = {
    "integer": "an integer",
    "number": "a number",
    "category": "text",
    "boolean": "true or false",
    "date": "a date",
}
CONTROL = r"[\x00-\x1f\x7f]"
"""Characters that no id may hold: they hide in logs and end strings early."""

FILE, ROW = "__file", "__row"
"""Columns of every raw table: the file that a row is from, and its place in it, from 0."""

SEEN_CHARACTERS = 200
"""What quarantine keeps of a value; the raw file has the rest."""


@ibis.udf.scalar.builtin
def strlen(text: str) -> int:
    """Bytes of a text, in DuckDB."""


@dataclass(frozen=True)
class Rule:
    """One way in which a column of a row can be wrong; `implied` if a later rule finds the same rows anyway."""

    column: str
    broken: ibis.BooleanValue
    reason: ibis.StringValue | str
    seen: ibis.Value
    implied: bool = False


def judge(table: ibis.Table, layout: Layout, contract: Contract, max_cell_bytes: int) -> ibis.Table:
    """The faulty rows of a raw table, each with its first fault: file, row, day, column, seen value, reason.

    Reasons are made on faulty rows only. `day` is the observation date, NULL where undated or unreadable.
    """
    rules = _rules(table, layout, contract, max_cell_bytes)
    found = table.filter(functools.reduce(operator.or_, (r.broken for r in rules if not r.implied)))
    return found.select(
        FILE,
        ROW,
        day=day_of(table, contract),
        column=ibis.cases(*((r.broken, r.column) for r in rules)),
        seen=ibis.cases(*((r.broken, as_text(r.seen).left(SEEN_CHARACTERS)) for r in rules)),
        reason=ibis.cases(*((r.broken, r.reason) for r in rules)),
    )


def kept(table: ibis.Table, layout: Layout, contract: Contract, faults: ibis.Table) -> ibis.Table:
    """The rows that are not among the faults, as contract values, with their file and place."""
    cells = {c.name: cell(table[c.name], c, contract.blanks) for c in layout.columns}
    values = {c.name: cells[c.name].value.try_cast(TYPES[c.kind]) for c in layout.columns}
    return table.anti_join(faults, [FILE, ROW]).select(FILE, ROW, **values)


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
        rules.append(
            rule(it.value.isnull() if it.unreadable is None else it.seen.isnull(), "is missing, wanted a value")
        )
    if it.unreadable is not None:
        was = "text" if it.seen.type().is_string() else "a number"
        rules.append(rule(it.unreadable, f"is {was}, wanted {WANTED[column.kind]}"))
    if column.kind in ("integer", "number"):
        rules += _of_number(column, it.value, rule)
    if column.kind == "category" and it.seen.type().is_string():
        rules.append(rule(_present(it.value, strlen(it.value) > max_bytes), f"is longer than {max_bytes} bytes"))
    return rules


def _of_number(column: Column, value: ibis.NumericValue, rule: Callable[..., Rule]) -> list[Rule]:
    """NaN is above every number in the engine, so the bounds find what is not finite; that rule gives the reason."""
    rules = []
    if value.type().is_floating():
        strange = value.isnan() | value.isinf()
        text = "is " + value.cast("string") + f", wanted a finite {column.kind}"
        rules.append(rule(_present(value, strange), text, implied=True))
    if value.type().is_floating() and column.kind == "integer":
        text = "is " + value.cast("string") + ", wanted a whole number"
        rules.append(rule(_present(value, value % 1 != 0), text))
    rules.append(rule(_present(value, value < column.lower), f"is below {column.lower:g}"))
    rules.append(rule(_present(value, value > column.upper), f"is above {column.upper:g}"))
    return rules


def _of_id(cells: dict[str, Cell], contract: Contract) -> list[Rule]:
    value = cells[contract.id].value
    return [Rule(contract.id, _present(value, value.re_search(CONTROL)), "holds a control character", value)]


def _of_outcome(cells: dict[str, Cell], contract: Contract) -> list[Rule]:
    outcome = contract.outcome
    if outcome.column not in cells or outcome.negative is None:
        return []
    label = cells[outcome.column].value
    wrong = _present(label, ~label.isin((outcome.positive, outcome.negative)))
    text = f"is neither {outcome.positive!r} (left) nor {outcome.negative!r} (stayed)"
    return [Rule(outcome.column, wrong, text, label)]


def _of_date(name: str, cells: dict[str, Cell], contract: Contract) -> list[Rule]:
    if contract.observed_on is None:
        return []
    value, today = cells[name].value, cells[contract.observed_on].value
    late = _present(value, _present(today, value > today))
    return [Rule(name, late, "is after the observation date", value)]


def _present(value: ibis.Value, condition: ibis.BooleanValue) -> ibis.BooleanValue:
    """False, never NULL, where the value is missing."""
    return value.notnull() & condition
