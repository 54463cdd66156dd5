"""What DVC says of two revisions: metrics, parameters and plots. Nothing of it is computed here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mainstay.release.missing import Missing

Change = Mapping[str, object]
"""`old`, `new` and, for numbers, `diff`; an end that a side lacks is not there."""

TIMEOUT_S = 120


@dataclass(frozen=True)
class Plot:
    """A file of points and the Vega-Lite specification that shows those of both revisions."""

    path: str
    specification: Mapping[str, object]


@dataclass(frozen=True)
class Diffs:
    """File -> name -> change, and the plots; each Missing where DVC failed."""

    metrics: Mapping[str, Mapping[str, Change]] | Missing
    params: Mapping[str, Mapping[str, Change]] | Missing
    plots: tuple[Plot, ...] | Missing


def diffs(root: Path, old: str) -> Diffs:
    """From the revision `old` to the working tree."""
    asked = (("metrics", "diff", "--all"), ("params", "diff"), ("plots", "diff"))
    with ThreadPoolExecutor(len(asked)) as pool:
        metrics, params, plots = pool.map(lambda command: _ask(root, *command, "--json", old), asked)
    return Diffs(metrics, params, plots if isinstance(plots, Missing) else plots_of(plots, {old, old[:7]}))


def plots_of(document: Mapping[str, object], old: set[str]) -> tuple[Plot, ...] | Missing:
    """DVC's plots in order of their files, their revisions called champion and candidate."""
    found, names = [], dict.fromkeys(old, "champion") | {"workspace": "candidate"}
    for path, views in sorted(document.get("data", {}).items()):
        for view in views:
            content = view.get("content")
            specification = json.loads(content) if isinstance(content, str) else content
            if isinstance(specification, Mapping):
                found.append(Plot(path, _in_order(_named(specification, names))))
    return tuple(found) or Missing("`dvc plots diff` shows no plot; run `dvc repro`")


def _in_order(specification: dict[str, object]) -> dict[str, object]:
    """The champion's points first, so that it has the first colour, as in the report's own charts."""
    data = specification.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("values"), list):
        return specification
    values = sorted(data["values"], key=lambda row: isinstance(row, dict) and row.get("rev") != "champion")
    return specification | {"data": data | {"values": values}}


def _named(value: object, names: Mapping[str, str]) -> object:
    """The same with revisions, wherever they stand as `rev`, under their names."""
    if isinstance(value, Mapping):
        return {k: names.get(v, v) if k == "rev" and isinstance(v, str) else _named(v, names) for k, v in value.items()}
    return [_named(v, names) for v in value] if isinstance(value, list) else value


def _ask(root: Path, *command: str) -> Mapping[str, object] | Missing:
    asked = f"`dvc {' '.join(command[:2])}`"
    call = [sys.executable, "-m", "dvc", *command]
    try:
        done = subprocess.run(  # noqa: S603
            call, cwd=root, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
        if done.returncode:
            return Missing(f"{asked} failed: {_last(done.stderr)}")
        document = json.loads(done.stdout or "{}")
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return Missing(f"{asked} gave no answer that can be read: {error}")
    return document if isinstance(document, dict) else Missing(f"{asked} gave no answer that can be read")


def _last(text: str) -> str:
    said = [line for line in text.splitlines() if line.strip()]
    return said[-1] if said else "it did not say why"
