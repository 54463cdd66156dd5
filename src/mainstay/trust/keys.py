"""Keys that sign: one a role, each in a file of its own that only its owner may read."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.trust.signers import ROLES

ALLOWED_SIGNERS = "allowed_signers"


@dataclass(frozen=True)
class Keys:
    """A folder of keys: `<role>` and `<role>.pub` a role, and the list of who may sign what."""

    folder: Path

    @property
    def allowed_signers(self) -> Path:
        return self.folder / ALLOWED_SIGNERS

    def of(self, role: str) -> Path:
        """The private key of a role. Raises Refusal where it is not here."""
        path = self.folder / role
        if not path.is_file():
            raise Refusal(f"{path}: no key of role {role} here; put it there, or name its folder by --keys")
        return path


def make(folder: Path, owner: str = "mainstay", roles: Iterable[str] = ROLES) -> Keys:
    """New keys and their list, whole or not at all. Raises Refusal where the folder is there already.

    A key is never written over: whoever trusts it would believe nothing any more.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".keys-", dir=folder.parent) as scratch:
        fresh = Path(scratch) / "keys"
        fresh.mkdir(mode=0o700)
        names = {role: f"{role}@{owner}" for role in roles}
        lines = [_line(_generate(fresh / role, name), name) for role, name in names.items()]
        (fresh / ALLOWED_SIGNERS).write_text("".join(lines), encoding="utf-8")
        try:
            fresh.rename(folder)
        except OSError as error:
            raise Refusal(f"{folder}: is there already; keys are never written over, so name another folder") from error
    return Keys(folder)


def made(folder: Path) -> Keys:
    """The keys of a folder, made now where there are none; two that ask at once get the same."""
    if not folder.exists():
        try:
            return make(folder)
        except Refusal:
            if not folder.exists():
                raise
    return Keys(folder)


def _generate(path: Path, comment: str) -> str:
    """The public half; ssh-keygen writes the private one with mode 0600."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)]
    try:
        subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refusal(f"{path}: ssh-keygen cannot make a key: {error}; install OpenSSH or free the disk") from error
    return path.with_name(f"{path.name}.pub").read_text(encoding="utf-8")


def _line(public: str, principal: str) -> str:
    kind, key = public.split()[:2]
    return f'{principal} namespaces="git" {kind} {key}\n'
