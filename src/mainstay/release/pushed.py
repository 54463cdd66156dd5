"""Whether what is released can be fetched by others: every object in a remote that they reach. The tag goes last."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
import sys
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release.git import Repository

CONFIG = ".dvc/config"


def is_local(url: str) -> bool:
    """Whether a URL, of git or of DVC, leads to a folder of this machine, or to none in particular."""
    if url.startswith("file://"):
        return True
    host, colon, _ = url.partition(":")
    return "://" not in url and not (colon and "/" not in host)  # host:path is ssh's


def check_remote(repository: Repository, commit: str, origin: str) -> None:
    """Raises Refusal where the commit's DVC remote would be out of reach of those who read the tag at `origin`."""
    url = _remote(repository.file(commit, CONFIG) or b"")
    if not is_local(origin) and is_local(url):
        raise Refusal(
            f"{CONFIG}: the default remote is {url!r}, a folder here, while origin is not: no server could fetch the "
            "model; run `dvc remote add --default team URL` and commit"
        )


def push(root: Path) -> None:
    """Sends every object of dvc.lock, and asks whether any is missing. Raises Refusal where one is."""
    _dvc(root, "push", "--quiet")
    status = json.loads(_dvc(root, "data", "status", "--not-in-remote", "--json"))
    missing = status.get("not_in_remote")
    if missing:
        raise Refusal(f"not in the DVC remote: {', '.join(map(str, missing))}; run `dvc push`, then release again")


def _remote(config: bytes) -> str:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(config.decode())
        return parser[f"'remote \"{parser['core']['remote'].strip()}\"'"]["url"].strip()
    except (configparser.Error, KeyError, UnicodeDecodeError) as error:
        raise Refusal(
            f"{CONFIG}: names no default remote ({error}); run `dvc remote add --default team URL`"
        ) from error


def _dvc(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "dvc", *arguments]
    environment = os.environ | {"DVC_NO_ANALYTICS": "1"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = " ".join(done.stderr.split())[-300:]
        raise Refusal(f"`dvc {' '.join(arguments)}` failed: {said}; nothing was released")
    return done.stdout
