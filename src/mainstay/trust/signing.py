"""Signatures of tags, as git makes them with ssh's keys.

They are made by `git tag -s` and checked by ssh-keygen, which is what git itself asks. Asking directly, a key that
is listed for several roles is checked for the one that counts, and a tag stored as a file is checked as well.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import tempfile
from collections.abc import Collection
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.trust.signers import AllowedSigners
from mainstay.trust.tag_object import TagObject

NAMESPACE = "git"


def sign(repository: Path, name: str, commit: str, message: str, key: Path, epoch_s: int) -> None:
    """Makes a signed annotated tag in a repository. Raises Refusal, with git's own words, where git makes none."""
    with tempfile.TemporaryDirectory(prefix="mainstay-message-") as folder:
        text = Path(folder) / "message"
        text.write_text(message, encoding="utf-8", newline="\n")
        how = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key.absolute()}", "-c", "gpg.ssh.program=ssh-keygen"]
        tag = ["tag", "--sign", "--cleanup=verbatim", "--file", str(text), name, commit]
        done = _run(["git", *_tagger(repository), *how, *tag], repository, date=f"{epoch_s} +0000")
    if done.returncode:
        raise Refusal(f"{name}: git cannot sign it with {key}: {_said(done)}; see `mainstay keys init`")


def signed_by(tag: TagObject, roles: Collection[str], signers: AllowedSigners) -> str:
    """Who signed the tag, in one of these roles. Raises Refusal where nobody did who may."""
    wanted = " or ".join(sorted(roles))
    if not tag.signature:
        raise Refusal(f"{tag.name}: is not signed, wanted a signature of {wanted}; nothing that it says is believed")
    names, lines = signers.of(roles)
    with tempfile.TemporaryDirectory(prefix="mainstay-signature-") as folder:
        signature, listed = Path(folder) / "signature", Path(folder) / "allowed_signers"
        signature.write_bytes(tag.signature)
        listed.write_text(lines, encoding="utf-8")
        for name in names:
            if _verifies(tag, name, signature, listed):
                return name
        if _holder(signature, listed):
            raise Refusal(f"{tag.name}: its signature does not fit its text, so that one of the two was changed")
        listed.write_text(signers.text, encoding="utf-8")
        whose = _holder(signature, listed) or f"a key that {signers.source} does not list"
    raise Refusal(f"{tag.name}: is signed by {whose}, wanted {wanted}; nothing that it says is believed")


def _holder(signature: Path, listed: Path) -> str:
    """Whose key made the signature: the first on the list; empty where it is nobody's there."""
    asked = ["ssh-keygen", "-Y", "find-principals", "-s", str(signature), "-f", str(listed)]
    return _run(asked, signature.parent).stdout.decode("utf-8", "replace").partition("\n")[0]


def _verifies(tag: TagObject, holder: str, signature: Path, listed: Path) -> bool:
    """A key that is listed for a time only is judged at the tagger's time, as git does: clocks here do not count."""
    at = f"-Overify-time={_utc(tag.epoch_s)}"
    asked = ["ssh-keygen", "-Y", "verify", "-n", NAMESPACE, "-f", str(listed), "-I", holder, "-s", str(signature), at]
    return _run(asked, signature.parent, given=tag.payload).returncode == 0


def _utc(epoch_s: int) -> str:

    return datetime.datetime.fromtimestamp(epoch_s, datetime.UTC).strftime("%Y%m%d%H%M%SZ")


def _tagger(repository: Path) -> list[str]:
    """Git wants a name and an address; where nobody is configured, as on a runner, ours."""
    known = _run(["git", "config", "user.email"], repository).returncode == 0
    return [] if known else ["-c", "user.name=Mainstay", "-c", "user.email=mainstay@localhost"]


def _run(
    command: list[str], folder: Path, given: bytes | None = None, date: str | None = None
) -> subprocess.CompletedProcess[bytes]:

    environment = os.environ | ({"GIT_COMMITTER_DATE": date} if date else {})
    try:
        return subprocess.run(command, cwd=folder, env=environment, input=given, capture_output=True, check=False)  # noqa: S603
    except OSError as error:
        raise Refusal(f"{command[0]}: cannot be run: {error.strerror}; install it") from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return " ".join(done.stderr.decode("utf-8", "replace").split())[-300:] or f"exit {done.returncode}"
