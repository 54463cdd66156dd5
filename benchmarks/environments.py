"""Environments of their own for peers, whose dependencies disagree with ours. Made once, below .bench/."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1] / ".bench"


def python(name: str, *packages: str) -> Path:
    """The interpreter of an environment that holds these packages; made where it is not there. Takes a minute."""
    folder = ROOT / f"{name}-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:8]}"
    made = folder / ".made"
    if not made.exists():
        print(f"making an environment for {name} in {folder}", file=sys.stderr)
        uv = Path(sys.prefix) / "bin/uv"
        run = {"check": True, "stdout": subprocess.DEVNULL}
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], **run)
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", *packages]
        subprocess.run(install, env=os.environ | {"VIRTUAL_ENV": str(folder)}, **run)
        made.touch()
    return folder / "bin/python"
