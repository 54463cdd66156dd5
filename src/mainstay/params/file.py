"""params.yaml, and which section is of which kind."""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from mainstay.params.business import Simulate
from mainstay.params.monitoring import Drift, Replay, Watch
from mainstay.params.pipeline import Adopt, Evaluate, Profit, Split, Stress, Train, Truth, Validate
from mainstay.params.release import Accept, Gate, Receive, Release, Sync
from mainstay.params.section import Section
from mainstay.params.serving import Log, Serve
from mainstay.refusal import Refusal

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C is ten times as fast; it comes with PyYAML's wheels."""

SECTIONS: dict[str, type[Section]] = {
    "simulate": Simulate,
    "adopt": Adopt,
    "validate": Validate,
    "split": Split,
    "train": Train,
    "profit": Profit,
    "evaluate": Evaluate,
    "stress": Stress,
    "gate": Gate,
    "receive": Receive,
    "release": Release,
    "sync": Sync,
    "log": Log,
    "drift": Drift,
    "accept": Accept,
    "serve": Serve,
    "watch": Watch,
    "truth": Truth,
    "replay": Replay,
}


def load(path: Path, section: str) -> Section:
    """The named section of params.yaml. Raises Refusal that names the file, key, value seen and wanted."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 a safe one
    except (OSError, yaml.YAMLError) as error:
        raise Refusal(f"{path}: cannot be read as YAML: {error}") from error
    if not isinstance(document, dict) or section not in document:
        raise Refusal(f"{path}: section {section!r} is missing; wanted one section for each of {', '.join(SECTIONS)}")
    try:
        return msgspec.convert(document[section], SECTIONS[section])
    except msgspec.ValidationError as error:
        where = str(error).replace("`$", f"`{section}")
        raise Refusal(f"{path}: section {section!r}: {where}") from error
