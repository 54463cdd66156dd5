"""`mainstay rollback`: from its start to every syncer having swapped; and what one poll costs, beside `gto show`.

Three syncers, processes of their own with the poll of params.yaml (5 s), follow one bare repository on this machine.
Run: .venv/bin/python benchmarks/sync.py
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from shipyard import Shipyard  # noqa: E402  a team's repository, keys and remote in one folder

SYNCERS, ROLLBACKS, POLLS = 3, 11, 20
WANTED_S = 10.0
BIN = Path(sys.executable).parent


def main() -> None:
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": "Benchmark", f"GIT_{role}_EMAIL": "benchmark@example.org"}
    with tempfile.TemporaryDirectory() as folder:
        yard = Shipyard(Path(folder))
        for version, level in (("v1.0.0", 1.0), ("v1.1.0", 2.0)):
            yard.release(version, level)
            yard.promote(version)
        spent = rollbacks(yard)
        poll, gto = polls(yard)
    median, worst = statistics.median(spent), max(spent)
    print(f"rollback, {SYNCERS} syncers, 5 s poll: median {median:.1f} s, worst {worst:.1f} s of {len(spent)}")
    print(f"wanted a median below {WANTED_S:g} s")
    print(f"a poll with nothing new {poll * 1e3:8.1f} ms")
    print(f"gto show                {gto * 1e3:8.1f} ms: {gto / poll:,.0f}x")
    assert median < WANTED_S


def rollbacks(yard: Shipyard) -> list[float]:
    """Seconds that each rollback took to arrive everywhere."""
    directories = [yard.root / f"server{n}" for n in range(SYNCERS)]
    syncers = [subprocess.Popen(command(yard, to), cwd=ROOT, stderr=subprocess.DEVNULL) for to in directories]
    spent = []
    try:
        wait(lambda: all(serves(to) == yard.counter for to in directories))
        for n in range(ROLLBACKS):
            time.sleep(0.7 * n % 5)  # anywhere between two polls
            begin = time.perf_counter()
            roll_back(yard, ("v1.0.0", "v1.1.0")[n % 2])
            wait(lambda: all(serves(to) == yard.counter for to in directories))
            spent.append(time.perf_counter() - begin)
    finally:
        for syncer in syncers:
            syncer.terminate()
            syncer.wait()
    return spent


def roll_back(yard: Shipyard, version: str) -> None:
    where = ["--repo", str(yard.origin), "--allowed-signers", str(yard.keys.allowed_signers)]
    asked = [str(BIN / "mainstay"), "rollback", "production", "--to", version, *where, "--keys", str(yard.keys.folder)]
    subprocess.run(asked, cwd=yard.work, check=True, capture_output=True)
    yard.counter += 1


def command(yard: Shipyard, to: Path) -> list[str]:
    where = ["--repo", str(yard.origin), "--channel", "production", "--to", str(to)]
    return [str(BIN / "mainstay"), "sync", *where, "--allowed-signers", str(yard.keys.allowed_signers)]


def serves(directory: Path) -> int:
    """The counter of the promotion that is current."""
    link = directory / "current"
    return int(link.readlink().name.split("-")[0]) if link.is_symlink() else 0


def wait(until: Callable[[], bool], timeout_s: float = 60) -> None:
    begin = time.perf_counter()
    while not until():
        assert time.perf_counter() - begin < timeout_s
        time.sleep(0.02)


def polls(yard: Shipyard) -> tuple[float, float]:
    """Seconds of one poll in a running syncer, and of one `gto show` of the same repository."""
    follower = yard.follower()
    assert follower.poll().says == "current"
    ours = [timed(follower.poll) for _ in range(POLLS)]
    show = [str(BIN / "gto"), "show", "churn", "--repo", str(yard.work)]
    theirs = [timed(lambda: subprocess.run(show, check=True, capture_output=True)) for _ in range(3)]
    return statistics.median(ours), min(theirs)


def timed(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
