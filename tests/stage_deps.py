"""The modules of ours that each stage of dvc.yaml depends on. `make deps` writes them into dvc.yaml."""

import sys

from imports import ROOT, closure, modules, simulated
from ruamel.yaml import YAML

FLOATS = "src/mainstay/__init__.py"
"""Every stage depends on it: it fixes what floats depend on."""


FOLDERS = ("params", "rows", "evidence", "model", "pipeline/world", "pipeline/families", "pipeline/training")
WHOLE = tuple(f"src/mainstay/{folder}/" for folder in FOLDERS)
"""Folders that a stage depends on as a whole, once it imports any of their modules.

DVC parses dvc.yaml and dvc.lock several times at every start, and a line a module made that half of the cost of a run
with nothing to do.
"""


def wanted(stage):
    """Paths of the stage's import closure, sorted; a package that says nothing but a sentence is left out."""
    paths = {str(modules()[m].relative_to(ROOT)) for m in closure(f"mainstay.pipeline.{stage}")}
    return sorted({FLOATS} | {_whole(p) for p in paths if not p.endswith("__init__.py")})


def _whole(path):
    return next((folder.rstrip("/") for folder in WHOLE if path.startswith(folder)), path)


def written(deps):
    """dvc.yaml's list with its src/ part replaced: data first, then our modules, then the packages."""
    return [d for d in deps if d.startswith(("data/", "metrics/"))]


def main():
    for path in {ROOT / "dvc.yaml", simulated("dvc.yaml")}:
        write(path)


def write(path):
    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(path.read_text())
    for stage, spec in document["stages"].items():
        spec["deps"] = [*written(spec["deps"]), *wanted(stage), "requirements.txt"]
    with path.open("w") as file:
        yaml.dump(document, file)


if __name__ == "__main__":
    sys.exit(main())
