"""State: all that a decision goes by, in one value. Whoever watches, or replays, fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcomes = Literal["known", "waiting", "overdue", "distrusted"]
"""Of the windows since the release serves: some were judged; none could close yet; they should be there and are not;
those that are there are not to be believed."""

Comparison = Literal["made", "none", "impossible"]
"""With the previous release: on the same customers; there is none; it wants a column that the log does not have."""


Given = Literal["compared", "waiting"]
"""What the server is given, with what the model learned from: as far as it can be; on too few days as yet."""


@dataclass(frozen=True)
class State:
    """`meter` and `drift` say what is broken, or has moved, `named` the columns among that; the texts are what is told
    of each.
    """

    current: str
    previous: str | None
    outcomes: Outcomes
    comparison: Comparison = "made"
    previous_better: bool = False
    current_worse: bool = False
    previous_worse: bool = False
    meter: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    given: Given = "compared"
    hours_since_rollback: float | None = None
    distrust: str = ""
    incomparable: str = ""
