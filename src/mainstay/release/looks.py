"""How often these test rows were looked at: each model that they were shown wears them out a little.

Counted from the history of dvc.lock, which a branch cannot rewrite once it is merged; a ledger could be forged.
"""

from __future__ import annotations

from collections.abc import Iterable

from mainstay.refusal import Refusal
from mainstay.release.lock import MODEL, TEST, outputs


def looks(locks: Iterable[bytes], test_md5: str, candidate_md5: str) -> int:
    """Distinct models, the candidate among them, that a version of dvc.lock names beside the test rows of that md5.

    A version that cannot be read (a conflict that was committed) says nothing and is passed over.
    """
    about = (text for text in locks if test_md5.encode() in text)  # parsing is slow, histories are long
    return len({candidate_md5} | {model for test, model in _pairs(about) if test == test_md5})


def warning(count: int, limit: int) -> str | None:
    """What is said above the limit; None below it."""
    if count <= limit:
        return None
    return (
        f"{count} models were judged by these test rows, more than {limit} (gate.max_looks): the best of many looks "
        f"better than it is; take new rows for the test"
    )


def _pairs(locks: Iterable[bytes]) -> Iterable[tuple[str, str]]:
    for text in locks:
        try:
            made = outputs(text)
        except Refusal:
            continue
        if MODEL in made and TEST in made:
            yield made[TEST].md5, made[MODEL].md5
