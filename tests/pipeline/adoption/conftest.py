"""A small team's file, and projects to adopt it into."""

import shutil

import pytest
from imports import ROOT
from sandbox import git
from team_file import customers, write_csv

from mainstay.pipeline.adoption.project import with_min_rows
from mainstay.pipeline.adoption.survey import Given


@pytest.fixture
def telecom(tmp_path):
    """The file of a small team, with what to say of it."""
    folder = tmp_path / "export"
    folder.mkdir()
    path = write_csv(customers(), folder / "customers.csv")
    return Given((path,), id="nr", outcome="Left", positive="Yes")


DVC = """\
# The pipeline, as far as adopting changes it.
vars:
  - python: .venv/bin/python -m mainstay.pipeline

stages:
  simulate:
    cmd: .venv/bin/python -m mainstay.pipeline.simulate raw=data/raw truth=data/truth.parquet
    params:
      - simulate
    outs:
      - data/raw
      - data/truth.parquet

  validate:
    cmd: >-
      ${python}.validate params=params.yaml contract=data/contract.yaml raw=data/raw
      valid=data/valid.parquet
    deps:
      - data/contract.yaml
      - data/raw
    outs:
      - data/valid.parquet

  truth:
    cmd: .venv/bin/python -m mainstay.pipeline.truth truth=data/truth.parquet metrics=metrics/truth.json
    deps:
      - data/truth.parquet
    metrics:
      - metrics/truth.json: {cache: false}
"""
SIMULATED = {
    "dvc.yaml": DVC,
    "dvc.lock": "schema: '2.0'\n",
    "data/contract.yaml": "# shipped\n",
    "data/raw/customers/2024-01.parquet": "simulated",
    "data/truth.parquet": "simulated",
    "metrics/truth.json": "{}",
}


@pytest.fixture(scope="session")
def params(tmp_path_factory):
    """Our params.yaml with the least number of rows as shipped, also where the project has adopted data since."""
    path = tmp_path_factory.mktemp("params") / "params.yaml"
    path.write_text(with_min_rows((ROOT / "params.yaml").read_text(), 200, path))
    return path


@pytest.fixture
def project(tmp_path, params):
    """A committed project after a simulated run, as far as adopting needs it."""
    top = tmp_path / "churn"
    for name, text in SIMULATED.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    (top / ".dvc").mkdir()
    for source in (ROOT / ".gitignore", ROOT / ".dvc/config", params):
        inside = source.relative_to(ROOT) if source.is_relative_to(ROOT) else source.name
        shutil.copy(source, top / inside)
    git(top, "init", "--quiet", "--initial-branch", "main")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "Everything")
    return top
