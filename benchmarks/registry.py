"""What runs where, of a remote with 500 tags: `mainstay status`, beside `gto show` on a clone that has all of them.

Run: .venv/bin/python benchmarks/registry.py
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TAGS = 500
WANTED_S = 2.0
BIN = Path(sys.executable).parent

sys.path += [str(Path(__file__).parents[1] / "tests" / folder) for folder in ("", "trust")]

from tagged import Tagged  # noqa: E402

from mainstay.trust import keys  # noqa: E402


def main() -> None:
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": "Bench", f"GIT_{role}_EMAIL": "bench@example.org"}
    with tempfile.TemporaryDirectory() as folder:
        registry = filled(Path(folder))
        trace = Path(folder) / "trace"
        own = [
            "mainstay",
            "status",
            "--repo",
            str(registry.root),
            "--allowed-signers",
            str(registry.keys.allowed_signers),
        ]
        ours = min(timed(own, Path(folder)) for _ in range(5))
        timed(own, Path(folder), GIT_TRACE=str(trace))
        theirs = min(timed(["gto", "show"], registry.root) for _ in range(3))
        asked = [
            line for line in trace.read_text().splitlines() if "built-in: git ls-remote" in line or "git fetch" in line
        ]
    print(f"{TAGS} tags, {len(asked)} calls that ask the remote")
    print(f"mainstay status, no clone, signatures verified {ours:6.2f} s   wanted {WANTED_S:g} at most")
    print(f"gto show, in a full clone, nothing verified    {theirs:6.2f} s   {theirs / ours:.1f}x")
    assert ours <= WANTED_S and len(asked) == 2


def filled(folder: Path) -> Tagged:
    """Five releases, and promotions to staging and production in turn."""
    (folder / "origin").mkdir()
    made = Tagged(folder / "origin", keys.make(folder / "keys")).start()
    versions = [f"v1.{n}.0" for n in range(5)]
    for version in versions:
        made.release(version)
    steps = zip(range(1, TAGS - len(versions) + 1), itertools.cycle(["staging", "production"]), strict=False)
    for counter, channel in steps:
        made.promote(versions[counter * len(versions) // TAGS], channel, counter)
    return made


def timed(command: list[str], folder: Path, **environment: str) -> float:
    """Seconds from the start of the command to its end."""
    begin = time.perf_counter()
    environment = os.environ | {"PYTHONWARNINGS": "ignore"} | environment
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
