"""A sandbox with 300 good customer rows, a contract, and the outputs of a run before; drills spoil one thing."""

import datetime
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas
import pytest
import yaml

from mainstay.pipeline import validate
from mainstay.pipeline.stage import start
from mainstay.rows.table import read_json

CONTRACT = """
id: customer
observed_on: day
outcome: {column: churned, positive: 1, negative: 0, horizon_days: 28}
blanks: ["", "NA"]
columns:
  tenure: {kind: integer, min: 0, max: 1200}
  charge: {kind: number, min: 0, max: 1000, missing: 0.05}
  plan: {kind: category, values: [basic, pro]}
  online: {kind: boolean}
  called_on: {kind: date, missing: 1}
  note: {kind: category, values: [x], use: ignore}
"""
PARAMS = Path(__file__).parents[1] / "params.yaml"
DAYS = tuple(datetime.date(2024, month, 1) for month in (1, 2, 3))


def good_rows() -> pandas.DataFrame:
    """Three months of 100 customers, one in five of whom leave for no reason that a column tells."""
    n = range(300)
    return pandas.DataFrame(
        {
            "customer": [f"C{i % 100:03d}" for i in n],
            "day": [DAYS[i // 100] for i in n],
            "tenure": [(i * 7) % 50 for i in n],
            "charge": [float((i * 13) % 97) + 0.5 for i in n],
            "plan": ["pro" if (i * 31) % 7 < 3 else "basic" for i in n],
            "online": [(i * 11) % 3 == 0 for i in n],
            "called_on": [DAYS[i // 100] - datetime.timedelta(days=i % 9) if i % 4 else None for i in n],
            "note": ["x"] * 300,
            "churned": [int((i * 17) % 5 == 0) for i in n],
        }
    )


@dataclass(frozen=True)
class Outcome:
    """How a run ended: its exit code, what it said on stderr, and whether the outputs before are as they were."""

    code: int
    said: str
    valid_kept: bool
    all_kept: bool


@dataclass
class Sandbox:
    """Folders of one drill."""

    root: Path
    capsys: pytest.CaptureFixture

    @property
    def customers(self) -> Path:
        return self.root / "raw/customers"

    def write(self, rows: pandas.DataFrame, name: str = "a.parquet") -> Path:
        self.customers.mkdir(parents=True, exist_ok=True)
        path = self.customers / name
        if path.suffix == ".csv":
            rows.to_csv(path, index=False)
        else:
            rows.to_parquet(path, index=False)
        return path

    def write_outcomes(self, rows: pandas.DataFrame) -> None:
        (self.root / "raw/outcomes").mkdir(parents=True, exist_ok=True)
        rows.to_parquet(self.root / "raw/outcomes/a.parquet", index=False)

    def write_bytes(self, content: bytes, name: str = "a.csv") -> Path:
        self.customers.mkdir(parents=True, exist_ok=True)
        path = self.customers / name
        path.write_bytes(content)
        return path

    def run(self, contract: str = CONTRACT, **limits: float) -> Outcome:
        """Run the stage as dvc.yaml does, over the outputs of a run before."""
        shutil.rmtree(self.root / "data", ignore_errors=True)
        (self.root / "data").mkdir()
        for name in ("valid", "quarantine", "metrics"):
            self.output(name).write_text(f"{name} of the run before")
        code, said = self._start(self._arguments(contract, limits))
        kept = {n: self.output(n).read_bytes() == f"{n} of the run before".encode() for n in ("valid", "quarantine")}
        litter = [p for p in (self.root / "data").iterdir() if p.name.startswith(".")]
        assert not litter, "nothing is left behind"
        return Outcome(code, said, kept["valid"], all(kept.values()))

    def output(self, name: str) -> Path:
        return self.root / "data" / f"{name}{'.json' if name == 'metrics' else '.parquet'}"

    def quarantine(self) -> list[tuple]:
        table = pandas.read_parquet(self.output("quarantine"))
        return [tuple(row) for row in table.itertuples(index=False)]

    def valid(self) -> pandas.DataFrame:
        return pandas.read_parquet(self.output("valid"))

    def metrics(self) -> dict:
        return read_json(self.output("metrics"))

    def _arguments(self, contract: str, limits: dict) -> list[str]:
        document = yaml.safe_load(PARAMS.read_text())
        document["validate"] |= {"min_rows": 10} | limits
        (self.root / "params.yaml").write_text(yaml.safe_dump(document))
        (self.root / "contract.yaml").write_text(contract)
        paths = {"params": "params.yaml", "contract": "contract.yaml", "raw": "raw"}
        outputs = {name: self.output(name) for name in ("valid", "quarantine", "metrics")}
        return [f"{k}={self.root / v}" for k, v in (paths | outputs).items()]

    def _start(self, arguments: list[str]) -> tuple[int, str]:
        self.capsys.readouterr()
        argv, sys.argv = sys.argv, ["validate", *arguments]
        try:
            with pytest.raises(SystemExit) as ended:
                start(validate.run)
        finally:
            sys.argv = argv
        return ended.value.code, self.capsys.readouterr().err.replace(str(self.root) + "/", "")


@pytest.fixture
def sandbox(tmp_path, capsys) -> Sandbox:
    return Sandbox(tmp_path, capsys)


@pytest.fixture
def rows() -> pandas.DataFrame:
    return good_rows()
