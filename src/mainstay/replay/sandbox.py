"""A team in a folder: its bare repository, its clone, its keys; and the commands that it runs there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from mainstay.refusal import Refusal
from mainstay.replay.production import epoch_s
from mainstay.trust import keys

BIN = Path(sys.executable).parent
TIMEOUT_S = 1800
"""For one command; none should take so long."""


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def why(self) -> str:
        """The last thing that it complained of."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        told = [line for line in lines if ": " in line and not line.startswith(("ERROR", "Running", "train: "))]
        return (told or lines or [f"it ended with {self.code}"])[-1]


@dataclass
class Sandbox:
    """Everything below `root`; nothing else is touched. `clock` is the day that it is there."""

    root: Path
    clock: dict[str, str] = field(default_factory=dict)

    @property
    def project(self) -> Path:
        return self.root / "churn"

    @property
    def origin(self) -> Path:
        return self.root / "origin.git"

    @property
    def signers(self) -> Path:
        return self.root / "keys" / keys.ALLOWED_SIGNERS

    def at(self, day) -> None:
        """From now on it is this day: tags and commits are dated by it."""
        epoch = str(epoch_s(day))
        dates = {f"GIT_{role}_DATE": f"{epoch} +0000" for role in ("AUTHOR", "COMMITTER")}
        self.clock = {"SOURCE_DATE_EPOCH": epoch} | dates

    def run(self, *command: str) -> Done:
        """A command of .venv, or git, in the clone."""
        program = command[0] if command[0] == "git" else str(BIN / command[0])
        done = subprocess.run(  # noqa: S603 a list, no shell
            [program, *command[1:]],
            cwd=self.project,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def must(self, *command: str) -> str:
        """What it printed. Raises Refusal where it failed: the sandbox itself is broken then."""
        done = self.run(*command)
        if done.code != 0:
            raise Refusal(f"replay: `{' '.join(command)}` ended with {done.code}: {done.why}")
        return done.out

    def environment(self) -> Mapping[str, str]:
        """Of every command: the clone's own sources, the sandbox's own keys, no settings of whoever replays."""
        names = {f"GIT_{role}_{what}": "replay" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        own = {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.project / "src"),
            "MAINSTAY_KEYS": str(self.root / "keys"),
            "MAINSTAY_ALLOWED_SIGNERS": str(self.signers),
            "MAINSTAY_BY": "replay",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "DVC_NO_ANALYTICS": "1",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "MAINSTAY_"))}
        return kept | names | own | self.clock

    def settings(self, changes: Mapping[str, Mapping[str, object]]) -> None:
        """Numbers of the clone's params.yaml."""
        path = self.project / "params.yaml"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for section, values in changes.items():
            document[section] |= values
        path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")

    def commit(self, message: str) -> None:
        self.must("git", "add", "--all")
        self.must("git", "commit", "--quiet", "--allow-empty", "--message", message)


def made(top: Path, root: Path) -> Sandbox:
    """A sandbox with a copy of the project at `top` as it stands there, what Git ignores left behind."""
    listed = _git(top, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    sandbox = Sandbox(root)
    for name in filter(None, listed):
        if (top / name).is_file():
            (sandbox.project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(top / name, sandbox.project / name)
    (sandbox.project / ".venv").symlink_to(sys.prefix)
    keys.make(root / "keys")
    _git(root, "init", "--quiet", "--bare", "--initial-branch", "main", str(sandbox.origin))
    sandbox.must("git", "init", "--quiet", "--initial-branch", "main")
    sandbox.must("git", "remote", "add", "origin", str(sandbox.origin))
    sandbox.commit("Begin")
    sandbox.must("git", "push", "--quiet", "origin", "main")
    sandbox.must("git", "fetch", "--quiet", "origin")
    return sandbox


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 a list, no shell
    if done.returncode != 0:
        raise Refusal(f"{folder}: {done.stderr.strip()}; --real replays a Git repository, run it at the project's top")
    return done.stdout
