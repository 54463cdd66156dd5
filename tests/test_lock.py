"""The committed dvc.lock and metrics/ are what this code makes: a stranger's clone agrees with ours before it runs."""

import pytest
from imports import ROOT, simulated
from sandbox import clone, run

ADOPTED = simulated("dvc.yaml") != ROOT / "dvc.yaml"


@pytest.mark.skipif(ADOPTED, reason="the lock is of the team's own data; report.yaml proves it fresh on each branch")
def test_the_committed_lock_is_fresh(tmp_path):
    project = clone(tmp_path / "churn")
    checked = run(project, "dvc", "repro", "--dry", "--allow-missing")
    assert checked.returncode == 0, "run `make repro` and commit dvc.lock and metrics/: " + checked.stdout
    assert "Running stage" not in checked.stdout, "run `make repro` and commit dvc.lock and metrics/: " + checked.stdout
