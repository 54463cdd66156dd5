"""A repository with a default branch, its model and test rows in DVC's cache, and a branch to judge."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml
from contest import model_bytes, table
from imports import ROOT
from sandbox import git

from mainstay.model.file import Model
from mainstay.release.case import Inputs
from mainstay.release.gate import gate
from mainstay.release.lock import MODEL, TEST
from mainstay.rows import contract_file
from mainstay.rows.table import write_frame, write_json

from contest import metrics  # isort: skip

RATES = [0.02, 0.04, 0.06, 0.08, 0.10, 0.15, 0.20, 0.30, 0.40, 0.60]
CONTRACT = """
id: customer
observed_on: day
outcome: {column: churned, positive: 1, negative: 0, horizon_days: 30}
blanks: []
columns:
  champion_band: {kind: integer, min: 0, max: 99}
  candidate_band: {kind: integer, min: 0, max: 99}
"""


def rows(rates=RATES, size=200):
    return table(*((size, round(rate * size), band, band) for band, rate in enumerate(rates)))


@dataclass
class Branches:
    """A repository at `root`. What is made stands in the working tree, its bytes in the cache, both in dvc.lock."""

    root: Path

    def start(self) -> Branches:
        git(self.root, "init", "--quiet", "--initial-branch", "main")
        (self.root / ".gitignore").write_text(
            "/data/*.parquet\n/data/*.onnx\n/.dvc/cache\n/.dvc/config.local\n/reports\n"
        )
        params = yaml.safe_load((ROOT / "params.yaml").read_text())
        params["gate"]["resamples"] = 100
        self.write("params.yaml", yaml.safe_dump(params))
        self.write("data/contract.yaml", CONTRACT)
        self.write(".dvc/config", "")
        return self.commit("Begin")

    def write(self, name: str, content: str | bytes) -> Branches:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def make(self, model: bytes, frame=None) -> Branches:
        """What a run of the pipeline would leave: model, test rows, metrics, dvc.lock."""
        test = self.root / TEST
        if frame is not None or not test.exists():
            test.parent.mkdir(parents=True, exist_ok=True)
            write_frame(rows() if frame is None else frame, test)
        self.write(MODEL, model)
        for name, document in metrics(Model.from_bytes(model).digest).items():
            write_json(document, self.root / f"metrics/{name}.json")
        outs = [self._cached(self.root / path, path) for path in (MODEL, TEST)]
        return self.write(
            "dvc.lock", yaml.safe_dump({"schema": "2.0", "stages": {"train": {"cmd": "make it", "outs": outs}}})
        )

    def set(self, section: str, **values) -> Branches:
        document = yaml.safe_load((self.root / "params.yaml").read_text())
        document[section] |= values
        return self.write("params.yaml", yaml.safe_dump(document))

    def commit(self, message: str) -> Branches:
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--allow-empty", "--message", message)
        return self

    def switch(self, branch: str) -> Branches:
        git(self.root, "switch", "--quiet", "--create", branch)
        return self

    def forget(self, model: bytes) -> Branches:
        """The bytes go from the cache."""
        self._cache(hashlib.md5(model).hexdigest()).unlink()  # noqa: S324
        return self

    def contract(self, text: str) -> Branches:
        self.write("data/contract.yaml", text)
        return self

    def gate(self, **given):
        """The judgement of the working tree."""
        data = self.root / "data"
        paths = {"candidate": data / "model.onnx", "holdout": data / "test.parquet", "valid": data / "valid.parquet"}
        paths |= {"metrics": self.root / "metrics", "params": self.root / "params.yaml"}
        return gate(self.root, Inputs(**(paths | given)))[0]

    def _cached(self, path: Path, name: str) -> dict[str, object]:
        data = path.read_bytes()
        md5 = hashlib.md5(data).hexdigest()  # noqa: S324
        self._cache(md5).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, self._cache(md5))
        return {"path": name, "hash": "md5", "md5": md5, "size": len(data)}

    def _cache(self, md5: str) -> Path:
        return self.root / ".dvc/cache/files/md5" / md5[:2] / md5[2:]


def model(scores=RATES, whose="champion_band", **about) -> bytes:
    return model_bytes(whose, scores, contract_file.parse(about.pop("contract", CONTRACT), "contract"), **about)
