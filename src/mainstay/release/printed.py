"""What `mainstay gate` prints: the verdict and why first, then a line a rule."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mainstay.release.harmless import harmless
from mainstay.release.judgement import Judged, Judgement

COLOURS = {"pass": "green", "fail": "red", "inconclusive": "yellow"}


def page(judgement: Judgement) -> RenderableType:
    """All of it."""
    return Group(_verdict(judgement), *_beside(judgement), Text(), *_tables(judgement))


def _verdict(judgement: Judgement) -> Text:
    answer = judgement.verdict.answer
    return Text.assemble((answer, f"bold {COLOURS[answer]}"), f": {harmless(judgement.sentence)}")


def _beside(judgement: Judgement) -> Iterator[Text]:
    """What else there is to know, a line each."""
    source = judgement.champion.get("source")
    yield Text(f"champion: {harmless(source)}" if source else "champion: none")
    if judgement.accepted_inconclusive:
        yield Text("accepted on the record although inconclusive", style="yellow")
    for change in judgement.ruler["changes"]:
        yield Text(f"the ruler changed: {harmless(change['sentence'])}", style="yellow")
    if judgement.looks.get("warning"):
        yield Text(f"warning: {judgement.looks['warning']}", style="yellow")


def _tables(judgement: Judgement) -> Iterator[RenderableType]:
    own, base = judgement.judged, judgement.by_base
    if base is None or base is own:
        yield _rules(own)
        return
    yield Text(f"by the ruler of the base: {base.verdict.answer}")
    yield _rules(base)
    yield Text(f"\nby the ruler of this branch: {own.verdict.answer}")
    yield _rules(own)


def _rules(judged: Judged) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("rule", "answer", "why"):
        table.add_column(heading, overflow="fold")
    for line in judged.lines:
        table.add_row(Text(line.rule), Text(line.answer, style=COLOURS[line.answer]), Text(harmless(line.sentence)))
    return table
