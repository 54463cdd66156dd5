"""A progress bar for what takes longer than a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]

MOMENT_S = 2.0


@contextmanager
def progress_bar(label: str, total: int, moment_s: float = MOMENT_S) -> Iterator[Advance]:
    """A function that says how many more are done. The bar comes up on stderr after a moment, and goes at the end."""
    started, bars, done = time.monotonic(), [], 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        if not bars and time.monotonic() - started >= moment_s:
            bars.append(_bar(label, total))
        for bar, task in bars:
            bar.update(task, completed=done)

    try:
        yield advance
    finally:
        for bar, _ in bars:
            bar.stop()


def _bar(label: str, total: int) -> tuple:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.start()
    return bar, bar.add_task(label, total=total)
