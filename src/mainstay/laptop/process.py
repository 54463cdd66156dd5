"""A process in the background that outlives who started it: a file with its number, held locked for as long as it runs.

The lock is the system's: it is gone when the process is, however that ended, so that no other process that has the
number by then is taken for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal

POLL_S = 0.05
TERM_S = 30
"""How long it may take to end what it is doing."""


@dataclass(frozen=True)
class Process:
    """By its file; what it prints is in the same name with `.log`."""

    file: Path

    @property
    def log(self) -> Path:
        return self.file.with_suffix(".log")

    @property
    def runs(self) -> bool:
        with contextlib.suppress(FileNotFoundError), self.file.open() as held:
            return not _locked(held.fileno(), fcntl.LOCK_SH)
        return False

    def start(self, command: Sequence[str], folder: Path) -> None:
        """Starts it in `folder`. Raises Refusal where it runs already."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a+") as held, self.log.open("a") as log:
            if not _locked(held.fileno(), fcntl.LOCK_EX):
                raise Refusal(f"{self.file}: runs already")
            started = subprocess.Popen(  # noqa: S603
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[held.fileno()],
                start_new_session=True,  # Ctrl-C in the terminal is not meant for it
            )
            self.file.write_text(f"{started.pid}\n", encoding="utf-8")

    def stop(self) -> bool:
        """Ends it, whole, by force where it does not end by itself; whether there was anything to end."""
        if not self.runs:
            return False
        number = int(self.file.read_text(encoding="utf-8"))
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGTERM)
        if not until(lambda: not self.runs, TERM_S):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(number, signal.SIGKILL)
        return until(lambda: not self.runs, TERM_S)

    @property
    def said(self) -> str:
        """Its last line."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n") if self.log.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "nothing")


def until(true: Callable[[], object], within_s: float) -> bool:
    """Waits until something is true; whether it came to that in time."""
    end = time.monotonic() + within_s
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_S)
    return True


def _locked(file: int, how: int) -> bool:
    """Whether the file is ours now; it is not where a process holds it."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
