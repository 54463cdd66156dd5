"""A small team's file, and projects to adopt it into."""

import shutil

import pytest
from imports import ROOT
from sandbox import git
from team_file import customers, write_csv

from mainstay.pipeline.adoption.survey import Given


@pytest.fixture
def telecom(tmp_path):
    """The file of a small team, with what to say of it."""
    folder = tmp_path / "export"
    folder.mkdir()
    path = write_csv(customers(), folder / "customers.csv")
    return Given((path,), id="nr", outcome="Left", positive="Yes")


@pytest.fixture
def project(tmp_path):
    """A committed clone of ours, as far as adopting needs it, with data and results of a simulated run."""
    top = tmp_path / "churn"
    for name in ("dvc.yaml", "params.yaml", "data/contract.yaml", ".gitignore", ".gitattributes", ".dvc/config"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, top / name)
    for name in ("data/raw/customers/2024-01.parquet", "data/truth.parquet", "metrics/truth.json", "dvc.lock"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text("schema: '2.0'\n" if name == "dvc.lock" else "simulated")
    git(top, "init", "--quiet", "--initial-branch", "main")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "Everything")
    return top
