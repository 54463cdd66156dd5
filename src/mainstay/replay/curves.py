"""The page's charts: a figure a month for each policy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

from mainstay.replay.drawing import Series, chart
from mainstay.replay.ledger import Ledger, Line
from mainstay.replay.legend import POLICY, key

MONTHLY = (
    ("profit", "Profit a month", "EUR, from contacting the customers with the highest scores.", None, ",.0f"),
    (
        "roc_auc",
        "ROC AUC",
        "How well leavers are ranked above stayers; .5 is chance. Months differ by luck, for all alike.",
        None,
        ".2f",
    ),
    ("log_loss", "Log loss", "How true the scores are as probabilities; lower is better.", None, ".3f"),
    (
        "observed_over_expected",
        "Leavers seen / expected",
        "1 where the scores add up to those who left; above it, more left than was said.",
        1.0,
        ".1f",
    ),
)
"""Figure, title, caption, level drawn, format."""

Values = Callable[[Ledger, str], Sequence[float]]


def curves(ledger: Ledger) -> Iterator[str]:
    """HTML, a chart a figure; the money first."""
    title, caption = "Profit so far, against the model trained once", "EUR, added up; above 0 the policy earned more."
    yield _figure(ledger, title, caption, _gained, 0.0, ",.0f")
    for name, title, caption, level, style in MONTHLY:
        yield _figure(ledger, title, caption, lambda ledger, policy, n=name: _values(ledger, policy, n), level, style)


def _figure(ledger: Ledger, title: str, caption: str, values: Values, level: float | None, style: str) -> str:
    series = [Series(*POLICY[p][:3], values(ledger, p)) for p in ledger.policies]
    drawn = chart(ledger.months, [s for s in series if s.values], level, style)
    keys = "".join(key(policy) for policy in ledger.policies)
    return f"<h2>{title}</h2>\n<p class='note'>{caption} &nbsp; {keys}</p>\n{drawn}"


def _gained(ledger: Ledger, policy: str) -> Sequence[float]:
    """EUR more than `never` by the end of each month; a month without a model earned nothing."""
    if "never" not in ledger.policies or policy == "never":
        return []
    base, own = (_values(ledger, p, "profit") for p in ("never", policy))
    gaps = (_finite(a) - _finite(b) for a, b in zip(own, base, strict=True))
    return list(itertools.accumulate(gaps))


def _values(ledger: Ledger, policy: str, name: str) -> list[float]:
    return [_value(line, name) for line in ledger.of(policy)]


def _value(line: Line, name: str) -> float:
    return float(getattr(line.figures, name)) if line.figures else math.nan


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
