"""Verdict: the one answer of every judge (validate, stress, truth, gate, accept, watch)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Answer = Literal["pass", "fail", "inconclusive"]
_WORST_FIRST: tuple[Answer, ...] = ("fail", "inconclusive", "pass")


@dataclass(frozen=True)
class Verdict:
    """An answer with its reasons, one sentence each. A pass may have none."""

    answer: Answer
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.answer not in _WORST_FIRST:
            raise ValueError(f"answer: saw {self.answer!r}, wanted one of {_WORST_FIRST}")
        if self.answer != "pass" and not self.reasons:
            raise ValueError(f"a verdict of {self.answer!r} needs a reason")

    @property
    def exit_code(self) -> int:
        """0 passed, 1 judged and not passed."""
        return 0 if self.answer == "pass" else 1

    def as_dict(self) -> dict[str, object]:
        return {"answer": self.answer, "reasons": list(self.reasons)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst answer with the reasons of all that did not pass; of no verdicts at all, inconclusive."""
    seen = list(verdicts)
    if not seen:
        return Verdict("inconclusive", ("nothing was judged",))
    answer = min((v.answer for v in seen), key=_WORST_FIRST.index)
    return Verdict(answer, tuple(r for v in seen if v.answer != "pass" for r in v.reasons))
