"""Keys that a job is handed by its environment: files that only it can read, outside of any repository, for a while."""

from __future__ import annotations

import os
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release.access import clone_of
from mainstay.trust.keys import ALLOWED_SIGNERS
from mainstay.trust.signers import role_of

BEGINS = "-----BEGIN OPENSSH PRIVATE KEY-----"


def put(folder: Path, role: str, key: str | None, signers: str | None, environment: Path | None) -> str:
    """Writes a role's key and the list of signers to `folder`, and says so to the job's later steps.

    `environment` is the file by which a job's variables are set. Raises Refusal where a text is missing or no key,
    or where `folder` lies in a repository.
    """
    if role_of(f"{role}@x") != role:
        raise Refusal(f"{role!r}: wanted a role as release or promote-staging")
    if not (key or "").strip().startswith(BEGINS):
        raise Refusal(f"MAINSTAY_KEY: holds no key for {role}; is it a secret of this job's environment?")
    if not (signers or "").strip():
        raise Refusal("MAINSTAY_SIGNERS: lists nobody; is the variable ALLOWED_SIGNERS set?")
    if clone_of(folder) is not None:
        raise Refusal(f"{folder}: lies in a repository, from which a key would get out one day; name another --to")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / role, key)
    _write(folder / ALLOWED_SIGNERS, signers)
    if environment is not None:
        with environment.open("a", encoding="utf-8") as lines:
            lines.write(f"MAINSTAY_KEYS={folder}\nMAINSTAY_ALLOWED_SIGNERS={folder / ALLOWED_SIGNERS}\n")
    return f"{folder / role}: put"


def trust(folder: Path, signers: str | None, environment: Path | None) -> str:
    """Writes the list of signers alone, for jobs that only read. Raises Refusal where it lists nobody."""
    if not (signers or "").strip():
        raise Refusal("MAINSTAY_SIGNERS: lists nobody; is the variable ALLOWED_SIGNERS set?")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / ALLOWED_SIGNERS, signers)
    if environment is not None:
        with environment.open("a", encoding="utf-8") as lines:
            lines.write(f"MAINSTAY_ALLOWED_SIGNERS={folder / ALLOWED_SIGNERS}\n")
    return f"{folder / ALLOWED_SIGNERS}: put"


def drop(folder: Path) -> str:
    """Removes the keys that were put, if any; the list of signers is no secret and stays. Raises Refusal."""
    keys = [path for path in sorted(folder.glob("*")) if path.name != ALLOWED_SIGNERS]
    for path in keys:
        try:
            path.unlink()
        except OSError as error:
            raise Refusal(f"{path}: cannot be removed: {error.strerror}; remove it by hand") from error
    return f"{folder}: {len(keys)} keys removed"


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as fresh:
        fresh.write(text.replace("\r\n", "\n").strip() + "\n")
