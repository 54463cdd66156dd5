"""dvc.lock: what a run made, by digest and size. Reading it needs no DVC."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from mainstay.params.file import LOADER
from mainstay.refusal import Refusal

FILE = "dvc.lock"
MODEL = "data/model.onnx"
TEST = "data/test.parquet"
TRAIN = "data/train.parquet"


@dataclass(frozen=True)
class Output:
    """A file that a stage made: its path in the repository, md5 and bytes."""

    path: str
    md5: str
    size: int


def outputs(text: bytes | str, source: str = FILE) -> dict[str, Output]:
    """Path -> output, of every stage. Raises Refusal where the text is no dvc.lock."""
    try:
        document = yaml.load(text, Loader=LOADER)  # noqa: S506 a safe one
        stages = document["stages"].values()
        found = [out for stage in stages for out in stage.get("outs", ())]
        return {out["path"]: Output(out["path"], out["md5"], int(out.get("size", 0))) for out in found if "md5" in out}
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refusal(f"{source}: cannot be read as DVC's lock file: {error}; run `dvc repro`") from error
