"""Stands in for the artifact actions: a folder a run under $ARTIFACTS, a folder an artifact in it."""

import os
import shutil
import sys
from pathlib import Path


def upload() -> None:
    paths = [Path(line) for line in os.environ["PATHS"].split()]
    files = [f for p in paths for f in ([p] if p.is_file() else p.rglob("*")) if f.is_file()]
    if not files:
        sys.exit(1 if os.environ["MISSING"] == "error" else 0)
    folders = [p if p.is_dir() else p.parent for p in paths]
    top = Path(os.path.commonpath(folders))  # as the real action: what all paths have in common is left out
    to = Path(os.environ["ARTIFACTS"]) / os.environ["RUN_NUMBER"] / os.environ["NAME"]
    for file in files:
        (to / file.relative_to(top)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, to / file.relative_to(top))


def download() -> None:
    run = os.environ["RUN"] or os.environ["RUN_NUMBER"]
    kept = Path(os.environ["ARTIFACTS"]) / run / os.environ["NAME"]
    if not kept.is_dir():
        sys.exit(f"Artifact not found for name: {os.environ['NAME']}")
    shutil.copytree(kept, os.environ["TO"], symlinks=True, dirs_exist_ok=True)


{"upload": upload, "download": download}[sys.argv[1]]()
