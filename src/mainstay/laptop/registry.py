"""A registry on this machine: a bare repository, keys, a folder of files, and the command that is told of them."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from mainstay.laptop.place import Place
from mainstay.refusal import Refusal
from mainstay.rows.pseudonym import make_key
from mainstay.rows.table import replacing
from mainstay.trust import keys


def make(place: Place) -> None:
    """Whatever of it is not there yet."""
    if not place.origin.exists():
        _git("init", "--quiet", "--bare", "--initial-branch", "main", str(place.origin))
        _git("-C", str(place.origin), "config", "receive.shallowUpdate", "true")  # a clone may have little history
    place.remote.mkdir(exist_ok=True)
    keys.made(place.keys)
    if not place.log_key.exists():
        make_key(place.log_key)
    with replacing(place.command) as fresh:
        fresh.write_text(_command(place), encoding="utf-8")
        fresh.chmod(0o755)


def mainstay() -> str:
    """The command beside the Python that runs this."""
    return str(Path(sys.executable).parent / "mainstay")


def _command(place: Place) -> str:
    told = {"REPO": place.where["repo"], "REMOTE": place.remote, "KEYS": place.keys}
    told |= {"ALLOWED_SIGNERS": place.where["allowed_signers"]}
    set_ = " ".join(f"MAINSTAY_{name}={shlex.quote(str(value))}" for name, value in told.items())
    said = "# Written by `mainstay up`: the command, told of this machine's own registry."
    return f'#!/bin/sh\n{said}\n{set_} \\\n  exec {shlex.quote(mainstay())} "$@"\n'


def _git(*arguments: str) -> None:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise Refusal(f"git: cannot be run: {error.strerror}; install it") from error
    if done.returncode:
        raise Refusal(f"git {arguments[0]} failed: {' '.join(done.stderr.split())[-300:]}")
