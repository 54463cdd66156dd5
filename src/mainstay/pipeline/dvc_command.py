"""One call of DVC, as our own commands make it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mainstay.refusal import Refusal


def dvc(top: Path, *arguments: str) -> None:
    """Runs DVC in the project at `top`. Raises Refusal with its first line where it fails."""
    command = [sys.executable, "-m", "dvc", *arguments]
    done = subprocess.run(command, cwd=top, capture_output=True, text=True, check=False)  # noqa: S603  no shell
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Refusal(f"dvc {' '.join(arguments)}: {said[0] if said else 'failed'}; nothing was changed")
