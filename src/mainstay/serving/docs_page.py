"""/docs: the OpenAPI document as one page of HTML that needs nothing from anywhere else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

from mainstay.rows.contract import Column, Contract

POLICY = (("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),)
"""The page loads nothing and runs nothing, whatever is in it."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
h1, h2, h3 { line-height: 1.2 } h2 { margin-top: 2.5rem } code, pre { font: 14px/1.4 ui-monospace, monospace }
pre { background: #f4f6f8; padding: 1rem; overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #d9dee3; vertical-align: top }
@media (prefers-color-scheme: dark) { body { background: #14181c; color: #e4e8ec } pre { background: #1f252b } }
"""


def page(openapi: dict[str, object], contract: Contract) -> bytes:
    """The page."""
    title = f"{openapi['info']['title']} {openapi['info']['version']}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(openapi['info']['description'])} For programs: <a href='/openapi.json'>/openapi.json</a></p>",
        "<h2>Ask</h2>",
        _asking(contract),
        "<h2>A customer row</h2>",
        _columns(contract),
        "<h2>All paths</h2>",
        *(_path(path, item) for path, item in openapi["paths"].items()),
    ]
    text = f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><style>{_STYLE}</style>"
    return (text + "".join(parts)).encode()


def _asking(contract: Contract) -> str:
    body = json.dumps(example(contract), indent=1)
    return (
        f"<pre>curl $URL/predict -H 'content-type: application/json' -d '{escape(body)}'</pre>"
        "<p>One object is one customer; a list is answered in its order. <code>?explain=3</code> adds the three "
        "features that moved each score most. A missing value is <code>null</code>, or left out.</p>"
    )


def example(contract: Contract) -> dict[str, object]:
    """A row that keeps the contract."""
    keys = {contract.id: "C000001"} | ({contract.observed_on: "2024-06-01"} if contract.observed_on else {})
    return keys | {c.name: _value(c) for c in contract.features if c.missing == 0}


def _value(column: Column) -> object:
    if column.kind in ("integer", "number"):
        return int(max(column.lower, min(1, column.upper))) if column.kind == "integer" else max(column.lower, 0.0)
    return {"category": next(iter(column.values), ""), "boolean": True, "date": "2024-05-01"}[column.kind]


def _columns(contract: Contract) -> str:
    rows = [(contract.id, "text", "optional", "the customer")]
    if contract.observed_on:
        rows.append((contract.observed_on, "date", "", "the day that the row describes"))
    rows += [(c.name, c.kind, _may_lack(c), _wants(c)) for c in contract.used]
    head = "<tr><th>field<th>kind<th>may be missing<th>wanted"
    return f"<table>{head}{''.join(map(_row, rows))}</table>"


def _may_lack(column: Column) -> str:
    return "yes" if column.missing > 0 or not column.is_feature else "no"


def _wants(column: Column) -> str:
    bounds = [
        f"from {column.min:g}" if column.min is not None else "",
        f"to {column.max:g}" if column.max is not None else "",
    ]
    own = [" ".join(filter(None, bounds)), column.unit or "", ", ".join(column.values)]
    return "; ".join(filter(None, own)) + ("" if column.is_feature else " (measured on, never scored by)")


def _path(path: str, item: dict[str, dict[str, object]]) -> str:
    parts = []
    for method, operation in item.items():
        answers = [(code, answer["description"]) for code, answer in operation["responses"].items()]
        parts.append(f"<h3><code>{method.upper()} {escape(path)}</code></h3><p>{escape(operation['summary'])}</p>")
        parts.append(f"<table>{''.join(map(_row, answers))}</table>")
    return "".join(parts)


def _row(cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells)
