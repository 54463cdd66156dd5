"""The whole pipeline: seconds and memory of a first run, and a run with nothing to do against DVC's own floor.

The peer is a no-op `dvc repro` of a pipeline with one stage, which is what DVC costs by itself: once as `dvc init`
leaves a repository, and once with our own settings, without DVC's report to its makers and its look for updates.
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
        print(f"first run          {first_s:6.1f} s   (at most 60)")
        print(f"largest process    {peak_mb:6.0f} MB  (at most 1000)")
        floors = {"as `dvc init` leaves it": None, "with our settings": project / ".dvc/config"}
        sides = [one_stage(Path(folder) / f"floor{n}", config) for n, config in enumerate(floors.values())]
        rounds = [[seconds(project), *map(seconds, sides)] for _ in range(ROUNDS)]
        ours = statistics.median(own for own, *_ in rounds)
        for n, name in enumerate(floors, 1):
            theirs, ratio = (statistics.median(it) for it in zip(*((r[n], r[0] / r[n]) for r in rounds), strict=True))
            print(f"nothing to do      {ours:6.2f} s   {ratio:.2f} of one stage, {name}: {theirs:.2f} s (at most 1.3)")


def one_stage(folder: Path, config: Path | None) -> Path:
    folder.mkdir()
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / "dvc.yaml").write_text("stages:\n  one:\n    cmd: echo 1 > one.txt\n    outs: [one.txt]\n")
    git(folder, "init", "--quiet")
    run(folder, "dvc", "init", "--quiet")
    if config is not None:
        shutil.copy(config, folder / ".dvc/config")
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
