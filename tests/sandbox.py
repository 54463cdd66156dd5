"""Copies of the project as a stranger's clone would be, in folders of their own, with their own DVC."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from imports import ROOT, simulated

SMALL = {
    "simulate": {"customers": 700, "joiners_a_month": 40, "months": 12},
    "evaluate": {"resamples": 100},
    "stress": {"rows": 300},
    "validate": {"min_rows": 200},
}
"""Sizes at which the whole pipeline takes seconds."""


def clone(to: Path, params: dict[str, dict[str, object]] | None = None) -> Path:
    """A committed copy of the working tree at `to`, with `params` laid over params.yaml.

    It holds what Git would hand to a stranger (what is ignored stays behind), and shares our .venv. In a project
    that adopted its own data the clone runs on simulated data all the same.
    """
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    for name in ("dvc.yaml", "data/contract.yaml"):
        shutil.copy2(simulated(name), to / name)
    (to / "data/raw.dvc").unlink(missing_ok=True)
    (to / ".venv").symlink_to(Path(sys.prefix))
    set_params(to, params or {})
    git(to, "init", "--quiet", "--initial-branch", "main")
    git(to, "add", "--all")
    git(to, "commit", "--quiet", "--message", "Everything")
    return to


def set_params(project: Path, changes: dict[str, dict[str, object]]) -> None:
    path = project / "params.yaml"
    document = yaml.safe_load(path.read_text())
    for section, values in changes.items():
        document[section] |= values
    path.write_text(yaml.safe_dump(document, sort_keys=False))


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def run(project: Path, *command: str, cpus: set[int] | None = None, **environment: str) -> subprocess.CompletedProcess:
    """A command of .venv in the clone, running the clone's own sources."""
    paths = {"PATH": f"{project / '.venv/bin'}:{os.environ['PATH']}", "PYTHONPATH": str(project / "src")}
    return subprocess.run(
        [str(project / ".venv/bin" / command[0]), *command[1:]],
        cwd=project,
        env=os.environ | paths | environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=(lambda: os.sched_setaffinity(0, cpus)) if cpus else None,
    )


def repro(project: Path, **how) -> subprocess.CompletedProcess:
    done = run(project, "dvc", "repro", **how)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done
