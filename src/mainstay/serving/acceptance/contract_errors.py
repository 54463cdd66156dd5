"""Is a row that breaks the contract answered with what is wrong, by the name of its field?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mainstay.rows.contract import Column, Contract
from mainstay.serving.acceptance.asking import Answer, Asker, Service, Unanswered, post
from mainstay.serving.acceptance.checked import Checked, checked

NAME = "contract errors"
PROBLEM = "application/problem+json"
"""RFC 9457."""

UNKNOWN = "no_such_field"
NOT_OF_KIND = {"integer": "a text", "number": "a text", "category": 1.5, "boolean": "a text", "date": "a text"}


@dataclass(frozen=True)
class BadRow:
    """A row with one fault, in words, and the field that the answer has to name."""

    field: str
    fault: str
    row: Mapping[str, object]


def contract_errors(service: Service, contract: Contract, good: Mapping[str, object]) -> Checked:
    """Whether each kind of bad row that the contract knows, made of a `good` one, is answered as it should be."""
    bad = list(bad_rows(contract, good))
    with service.asking() as asker:
        alone = [_fault(asker, b, b.row, f"/{_escaped(b.field)}") for b in bad]
        second = _fault(asker, bad[0], [good, bad[0].row], f"/1/{_escaped(bad[0].field)}")
    faults = [fault for fault in (*alone, second) if fault]
    return checked(NAME, faults, {"bad rows": len(bad) + 1, "answered with the field": len(bad) + 1 - len(faults)})


def bad_rows(contract: Contract, good: Mapping[str, object]) -> Iterator[BadRow]:
    """Every way in which one value of a row may break the contract, for every column. Pure."""
    for column in contract.features:
        for fault, value in _bad_values(column, good.get(contract.observed_on)):
            yield BadRow(column.name, fault, {**good, column.name: value})
        if column.missing == 0:
            yield BadRow(column.name, "is left out", {k: v for k, v in good.items() if k != column.name})
    if contract.observed_on:
        yield BadRow(contract.observed_on, "is no date", {**good, contract.observed_on: "a text"})
    yield BadRow(UNKNOWN, "is not in the contract", {**good, UNKNOWN: 1})


def _bad_values(column: Column, today: object) -> Iterator[tuple[str, object]]:
    yield "is of another kind", NOT_OF_KIND[column.kind]
    yield "is an object", {}
    if column.kind == "integer":
        yield "is no whole number", column.lower + 0.5 if abs(column.lower) < 2**50 else 0.5
    if column.kind in ("integer", "number"):
        yield "is below the least", _beyond(column, column.lower, -1)
        yield "is above the most", _beyond(column, column.upper, 1)
    if column.kind == "date" and today:
        yield "is after the observation date", "9999-12-31"
    if column.missing == 0:
        yield "is null", None


def _beyond(column: Column, bound: float, way: int) -> float:
    beyond = bound + way * (abs(bound) + 1)
    return int(beyond) if column.kind == "integer" else beyond


def _fault(asker: Asker, bad: BadRow, document: object, pointer: str) -> str | None:
    """What is wrong with the answer to a document with a bad row; None where nothing is."""
    what = f"a row whose {bad.field} {bad.fault}"
    try:
        answer = post(asker, document)
    except Unanswered as error:
        return f"{what}: no answer: {error}"
    if not 400 <= answer.status < 500 or answer.kind != PROBLEM:
        return f"{what}: answers {answer.status} {answer.kind}, wanted 4xx {PROBLEM}"
    named = pointers(answer)
    return None if pointer in named else f"{what}: names {', '.join(named) or 'no field'}, wanted {pointer}"


def pointers(answer: Answer) -> list[str]:
    """The fields that problem details name."""
    document = answer.document if isinstance(answer.document, dict) else {}
    errors = document.get("errors")
    found = [error.get("pointer") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return [pointer.removeprefix("#") for pointer in found if isinstance(pointer, str)]


def _escaped(name: str) -> str:
    """As a part of a JSON pointer, RFC 6901."""
    return name.replace("~", "~0").replace("/", "~1")
