"""The whole pipeline: seconds and memory of a first run, and a run with nothing to do against DVC's own floor.

The peers are no-ops of pipelines with one stage: ours, where one stage has all that our stages depend on and make; and
an empty one, as `dvc init` leaves it and with our settings, which has DVC report to nobody and look for no updates.
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

import yaml

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
        peers = {
            "all of ours as one stage": collapsed(project, Path(folder) / "collapsed"),
            "an empty stage, as `dvc init` leaves it": one_stage(Path(folder) / "empty", None),
            "an empty stage, with our settings": one_stage(Path(folder) / "ours", project / ".dvc/config"),
        }
        rounds = [[seconds(project), *map(seconds, peers.values())] for _ in range(ROUNDS)]
        ours = statistics.median(own for own, *_ in rounds)
        print(f"nothing to do      {ours:6.2f} s   (at most 1.3 of one stage's)")
        for n, name in enumerate(peers, 1):
            theirs, ratio = (statistics.median(it) for it in zip(*((r[n], r[0] / r[n]) for r in rounds), strict=True))
            print(f"                   {theirs:6.2f} s   {name}: ours takes {ratio:.2f} of it")


def collapsed(project: Path, folder: Path) -> Path:
    """A copy of a project that has run, in which one stage reads all that its stages read, and makes all they make."""
    shutil.copytree(project, folder, symlinks=True)
    stages = yaml.safe_load((folder / "dvc.yaml").read_text())["stages"].values()
    whole = {kind: [one for stage in stages for one in stage.get(kind, ())] for kind in ("outs", "metrics", "plots")}
    made = {one if isinstance(one, str) else next(iter(one)) for own in whole.values() for one in own}
    whole["deps"] = sorted({path for stage in stages for path in stage["deps"]} - made)
    whole["params"] = sorted({name for stage in stages for name in stage["params"]})
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"all": {"cmd": "true", **whole}}}))
    (folder / "dvc.lock").unlink()
    run(folder, "dvc", "commit", "--force", "--quiet")
    seconds(folder)
    return folder


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
