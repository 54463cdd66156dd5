"""The end of a replay, for a terminal: a line a policy."""

from __future__ import annotations

import math

from mainstay.replay.ledger import Ledger, totals

COLUMNS = {
    "profit": ("EUR a month", ",.0f"),
    "roc_auc": ("ROC AUC", ".4f"),
    "log_loss": ("log loss", ".4f"),
    "observed_over_expected": ("seen/expected", ".2f"),
    "releases": ("releases", "d"),
    "rollbacks": ("rollbacks", "d"),
}


def told(ledger: Ledger) -> str:
    """A table of text."""
    head = f"{'':10}" + "".join(f"{title:>15}" for title, _ in COLUMNS.values())
    return "\n".join([head, *(_line(ledger, policy) for policy in ledger.policies)])


def _line(ledger: Ledger, policy: str) -> str:
    found = totals(ledger, policy)
    cells = (_cell(found[name], style) for name, (_, style) in COLUMNS.items())
    return f"{policy:10}" + "".join(f"{cell:>15}" for cell in cells)


def _cell(value: float, style: str) -> str:
    return f"{value:{style}}" if math.isfinite(value) else "-"
