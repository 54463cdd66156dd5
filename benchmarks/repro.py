"""The whole pipeline: seconds and memory of a first run, and a run with nothing to do against DVC's own floor.

The peer is a no-op `dvc repro` of a pipeline with one stage, which is what DVC costs by itself.
Run: .venv/bin/python benchmarks/repro.py
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from sandbox import clone, git, run  # the tests know how to make a clone

ROUNDS = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DVC_SITE_CACHE_DIR": f"{folder}/site", "DVC_GLOBAL_CONFIG_DIR": f"{folder}/global"}
        for role in ("AUTHOR", "COMMITTER"):
            os.environ |= {f"GIT_{role}_NAME": "Bench", f"GIT_{role}_EMAIL": "bench@example.org"}
        project = clone(Path(folder) / "churn")
        first_s = seconds(project)
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        floor = one_stage(Path(folder) / "floor", project)
        pairs = [(seconds(project), seconds(floor)) for _ in range(ROUNDS)]
        ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"first run          {first_s:6.1f} s   (at most 60)")
        print(f"largest process    {peak_mb:6.0f} MB  (at most 1000)")
        print(f"nothing to do      {ours:6.2f} s   one stage: {theirs:.2f} s   ratio {ratio:.2f} (at most 1.3)")


def one_stage(folder: Path, project: Path) -> Path:
    folder.mkdir()
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / "dvc.yaml").write_text("stages:\n  one:\n    cmd: echo 1 > one.txt\n    outs: [one.txt]\n")
    git(folder, "init", "--quiet")
    run(folder, "dvc", "init", "--quiet")
    shutil.copy(project / ".dvc/config", folder / ".dvc/config")  # no report to DVC's makers on either side
    seconds(folder)
    return folder


def seconds(project: Path) -> float:
    begin = time.perf_counter()
    done = run(project, "dvc", "repro")
    if done.returncode:
        raise subprocess.SubprocessError(done.stdout + done.stderr)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
