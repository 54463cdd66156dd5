"""What is said at the end: what runs where, how to ask it, and what to do next."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from mainstay.laptop.channel import Channel
from mainstay.laptop.place import Place
from mainstay.model.file import Model
from mainstay.release.lock import MODEL, TEST
from mainstay.rows.table import read_frame
from mainstay.serving.acceptance.replay import documents

REASONS = 3


def running(clone: Path, place: Place, channels: Sequence[Channel]) -> str:
    """The URLs, a line for curl that works, and the commands by which things move from here."""
    own = os.path.relpath(place.command)
    staging, production = channels
    wide = max(len(c.name) for c in channels)
    return "\n".join(
        [
            "",
            *(f"{c.name.ljust(wide)}  {c.url}  {c.release or 'starting'}" for c in channels),
            "",
            "Ask about a customer:",
            f"  {curl(production.url, clone)}",
            "",
            "Move things, while both go on serving:",
            f"  {own} status",
            f"  {own} release                        # after another `dvc repro` and commit",
            f"  {own} promote v1.0.1 staging",
            f"  {own} wait {staging.url} --release v1.0.1 --timeout-s 60",
            f"  {own} accept {staging.url} --release v1.0.1",
            f"  {own} promote v1.0.1 production",
            f"  {own} rollback production",
            "",
            f"Logs are in {os.path.relpath(place.root)}/*/*.log; `make down` stops all.",
        ]
    )


def curl(url: str, clone: Path) -> str:
    """A line for the shell that asks about the first of the test rows, with the reasons that count most."""
    contract, first = Model.load(clone / MODEL).contract, read_frame(clone / TEST).head(1)
    ((values,),) = documents(first, contract, 1)
    row = shlex.quote(json.dumps({contract.id: first[contract.id].iloc[0], **values}))
    reasons = min(REASONS, len(contract.features))
    return f"curl -s '{url}/predict?explain={reasons}' -H 'Content-Type: application/json' -d {row}"
