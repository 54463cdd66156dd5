"""A book of customers, scored: `mainstay score`. Reads, judges, scores and writes some rows at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from mainstay.params import Validate, load
from mainstay.refusal import Refusal
from mainstay.rows import columns
from mainstay.rows.files import FORMATS, check_unchanged, state
from mainstay.rows.list_file import check_name, writing
from mainstay.rows.typed_book import InDoubt, TypedBook, typed_book
from mainstay.serving import named_model
from mainstay.serving.progress import Advance
from mainstay.serving.scored_list import PROFIT, ScoredList, best

if TYPE_CHECKING:
    from mainstay.rows.judged_book import JudgedBook

THREADS = 2
AHEAD = 2
"""Batches that wait to be written, beyond those at work."""

Progress = Callable[[str, int], AbstractContextManager[Advance]]


@dataclass(frozen=True)
class Asked:
    """What to score, where to, with which model; with how many reasons, and of which only the `top` customers."""

    source: Path
    out: Path
    model: Path
    params: Path
    reasons: int = 0
    top: int | None = None

    @property
    def rejected(self) -> Path:
        """Where faulty rows are told of."""
        return self.out.with_suffix(".rejected.csv")


@dataclass(frozen=True)
class Found:
    """How it went. `listed` is False where too many rows were faulty; then no list was written."""

    release: str
    rows: int
    faulty: int
    faulty_share_allowed: float
    listed: int = 0
    contacts: int = 0
    profit_eur: float = 0.0

    @property
    def passed(self) -> bool:
        return self.faulty <= self.faulty_share_allowed * self.rows


def run(asked: Asked, progress: Progress) -> Found:
    """Write the list, and the faulty rows beside it if there are any. Raises Refusal."""
    _check(asked)
    limits, campaign = load(asked.params, "validate"), load(asked.params, "profit")
    before = {asked.source: state(asked.source)}
    named = named_model.load(asked.model, asked.params)
    listing = ScoredList(named, campaign, min(asked.reasons, named.model.n_features))
    try:
        if asked.source.suffix.lower() != ".parquet":
            raise InDoubt
        book = typed_book(asked.source, listing.model.contract, limits)
        found = Found(listing.named.name, book.rows, 0, limits.quarantine_share)
        found = _written(book, listing, asked, found, before, progress)
        asked.rejected.unlink(missing_ok=True)
    except InDoubt:
        found = _judged(listing, asked, limits, before, progress)
    return found


def _check(asked: Asked) -> None:
    check_name(asked.out)
    if not asked.source.is_file():
        raise Refusal(f"{asked.source}: no such file; wanted customers as .csv or .parquet")
    if asked.source.suffix.lower() not in FORMATS or not asked.source.stat().st_size:
        raise Refusal(f"{asked.source}: is empty, or neither .csv nor .parquet; export it again")
    if asked.source.resolve() == asked.out.resolve():
        raise Refusal(f"{asked.out}: is the file to score; name another one to write to")


def _judged(listing: ScoredList, asked: Asked, limits: Validate, before: dict, progress: Progress) -> Found:
    """By the rules, with all that takes to load."""
    from mainstay.rows.judged_book import judged_book

    with judged_book(asked.source, listing.model.contract, limits) as book:
        found = Found(listing.named.name, book.rows, book.faulty, limits.quarantine_share)
        if book.faulty:
            book.write_faulty(asked.rejected)
        else:
            asked.rejected.unlink(missing_ok=True)
        return _written(book, listing, asked, found, before, progress) if found.passed else found


def _written(
    book: TypedBook | JudgedBook, listing: ScoredList, asked: Asked, found: Found, before: dict, progress: Progress
) -> Found:
    dated = any(c.name == listing.model.contract.observed_on for c in book.layout.columns)
    kept: pa.RecordBatch | None = None
    with (
        writing(asked.out, listing.schema(book.id_type, dated)) as write,
        progress(f"score: {asked.source.name}", book.rows) as advance,
    ):
        for read, rows in _scored(book, listing, asked.top):
            if asked.top is None:
                write(rows)
                found = _counted(found, rows)
            else:
                kept = best(kept, rows, asked.top)
            advance(read)
        if kept is not None:
            write(kept)
            found = _counted(found, kept)
        check_unchanged(before)
    return found


def _scored(book: TypedBook | JudgedBook, listing: ScoredList, top: int | None) -> Iterator[tuple[int, pa.RecordBatch]]:
    """How many rows were read, and the list of them; in order, on some threads."""

    def scored(batch: pa.RecordBatch) -> tuple[int, pa.RecordBatch]:
        book.check(batch)
        return batch.num_rows, listing.of(batch, top)

    with ThreadPoolExecutor(THREADS) as pool:
        waiting = deque()
        for batch in book.batches():
            if batch.num_rows:
                waiting.append(pool.submit(scored, batch))
            if len(waiting) > THREADS + AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _counted(found: Found, rows: pa.RecordBatch) -> Found:
    contact, profit = (columns.values(rows.column(name)) for name in ("contact", PROFIT))
    return replace(
        found,
        listed=found.listed + rows.num_rows,
        contacts=found.contacts + int(contact.sum()),
        profit_eur=found.profit_eur + float(profit[contact == 1].sum()),
    )


def told(asked: Asked, found: Found) -> Iterator[str]:
    """What the terminal says."""
    if found.faulty:
        share = f"{found.faulty / found.rows:.2%} of the rows; validate.quarantine_share allows"
        yield f"score: {found.faulty:,} faulty rows, see {asked.rejected} ({share} {found.faulty_share_allowed:.2%})"
    if not found.passed:
        yield f"score: no list was written to {asked.out}; mend the rows, or data/contract.yaml, and score again"
        return
    yield (
        f"score: {found.listed:,} of {found.rows:,} customers listed in {asked.out} by {found.release}; "
        f"to contact: {found.contacts:,}, expected profit {found.profit_eur:,.0f} EUR"
    )
