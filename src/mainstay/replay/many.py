"""`mainstay replay --worlds N`: worlds replayed one beside the other, and the table of what policies gain and cost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path

from mainstay.replay.run import Asked, months_of, replayed
from mainstay.replay.worlds import World, draw, gaps, table, world
from mainstay.rows.table import write_json


def run(top: Path, asked: Asked, count: int, to: Path, say: Callable[[str], None]) -> str:
    """The table; worlds and differences go to worlds.json in the folder `to`. Raises Refusal."""
    first = asked.seed or 1
    found = sorted(_lived(top.absolute(), asked, range(first, first + count), say), key=lambda w: w.seed)
    apart = gaps(found, seed=first)
    write_json({"worlds": [asdict(w) for w in found], "gaps": [asdict(g) for g in apart]}, to / "worlds.json")
    return table(apart)


def one(top: Path, asked: Asked, seed: int) -> World:
    """One world, in a folder of its own."""
    happened = draw(seed, months_of(top, asked))
    with tempfile.TemporaryDirectory(prefix="mainstay-replay-") as scratch:
        told = replace(asked, seed=seed, scenarios=(*asked.scenarios, *happened), workers=1)
        return world(seed, happened, replayed(top, told, Path(scratch), lambda _: None))


def _lived(top: Path, asked: Asked, seeds: range, say: Callable[[str], None]) -> list[World]:
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        found = []
        for done in as_completed([pool.submit(one, top, asked, seed) for seed in seeds]):
            found.append(done.result())
            say(f"world {found[-1].seed}: {', '.join(found[-1].happened) or 'nothing happens'}")
        return found
