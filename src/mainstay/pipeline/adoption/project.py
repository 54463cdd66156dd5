"""The project's files that adopting changes: where dvc.yaml says they are, and their texts after it; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from mainstay.refusal import Refusal

SIMULATED = ("simulate", "truth")
"""The stages that a team's own data take the place of."""


@dataclass(frozen=True)
class Pipeline:
    """What dvc.yaml says: where the contract and the raw data are, which simulated stages it has, what they left."""

    contract: Path
    raw: Path
    simulated: tuple[str, ...]
    leftovers: tuple[Path, ...]


def pipeline(path: Path) -> Pipeline:
    """dvc.yaml as far as it matters here. Raises Refusal where it has no stage `validate` as ours is."""
    try:
        stages = yaml.safe_load(path.read_text(encoding="utf-8"))["stages"]
        paths = dict(re.findall(r"(\w+)=(\S+)", stages["validate"]["cmd"]))
        simulated = tuple(s for s in SIMULATED if s in stages)
        results = [_path(out) for s in simulated for key in ("outs", "metrics") for out in stages[s].get(key, [])]
        contract, raw = Path(paths["contract"]), Path(paths["raw"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise Refusal(
            f"{path}: no stage `validate` with contract= and raw= ({what}); run at the project's top"
        ) from error
    return Pipeline(contract, raw, simulated, tuple(Path(p) for p in results if Path(p) != raw))


def without_stages(text: str, stages: tuple[str, ...]) -> str:
    """dvc.yaml without these stages, every other line as it was."""
    entries = _value(yaml.compose(text), "stages").value
    starts = [key.start_mark.line for key, _ in entries] + [len(text.splitlines())]
    gone = {n for i, (key, _) in enumerate(entries) if key.value in stages for n in range(starts[i], starts[i + 1])}
    lines = text.splitlines(keepends=True)
    return "".join(line for n, line in enumerate(lines) if n not in gone).rstrip("\n") + "\n"


def with_min_rows(text: str, min_rows: int, source: Path) -> str:
    """params.yaml with `validate.min_rows` set, every other character as it was."""
    return with_number(text, "validate", "min_rows", min_rows, source)


def with_number(text: str, section: str, key: str, number: int, source: Path) -> str:
    """params.yaml with one number set, every other character as it was. Raises Refusal where it has no such key."""
    try:
        old = _value(_value(yaml.compose(text), section), key)
    except (yaml.YAMLError, KeyError, AttributeError, ValueError) as error:
        raise Refusal(f"{source}: {section}.{key} is missing; wanted a number there") from error
    return text[: old.start_mark.index] + str(number) + text[old.end_mark.index :]


def _value(mapping: yaml.Node, key: str) -> yaml.Node:
    return {name.value: value for name, value in mapping.value}[key]


def _path(out: str | dict) -> str:
    return out if isinstance(out, str) else next(iter(out))
