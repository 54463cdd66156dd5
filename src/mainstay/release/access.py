"""Which repository, whose signatures, which keys: from what was said, or else from the clone one stands in."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release.pushed import is_local
from mainstay.release.registry import Access, Registry, opened
from mainstay.release.remote_tags import shown
from mainstay.trust.keys import Keys, made
from mainstay.trust.signers import load

OWN_KEYS = ".mainstay/keys"


def access(
    folder: Path, repo: str | None = None, allowed_signers: Path | None = None, keys: Path | None = None
) -> Access:
    """Raises Refusal where it cannot be told which repository, or whom to believe.

    Where the repository is a folder of this machine, a clone makes itself keys; elsewhere a team's are asked for.
    """
    root = clone_of(folder)
    url = _url(root, repo)
    own = _keys(root, url, keys)
    signers = allowed_signers or (own.allowed_signers if own else None)
    if signers is None:
        raise Refusal(f"{shown(url)}: whom to believe? Name a list of signers by --allowed-signers FILE")
    _outside(root, signers)
    return Access(url, load(signers), own, root)


@contextmanager
def opened_at(folder: Path, **where: object) -> Iterator[Registry]:
    """The registry that `access` finds, as it is now."""
    with opened(access(folder, **where)) as registry:
        yield registry


def bring(folder: Path, registry: Registry, name: str, where: Mapping[str, object]) -> None:
    """A new tag into the clone that one stands in, unless another repository was named."""
    root = clone_of(folder)
    if root is not None and where.get("repo") is None:
        ref = f"refs/tags/{name}:refs/tags/{name}"
        _git(root, "fetch", "--quiet", "--no-tags", "--", registry.access.url, ref)


def clone_of(folder: Path) -> Path | None:
    """The root of the clone that a folder lies in; None where it lies in none."""
    while not folder.is_dir():
        folder = folder.parent
    found = _git(folder, "rev-parse", "--show-toplevel")
    return Path(found) if found else None


def somebody(folder: Path, by: str | None) -> str:
    """Who asks for something: as said, or the name that git has. Raises Refusal where it is nobody."""
    found = by or _git(folder, "config", "user.name")
    if not found:
        raise Refusal("who asks for this? Say so by --by NAME, or set user.name in git")
    return found


def _url(root: Path | None, repo: str | None) -> str:
    if repo is not None:
        return str(Path(repo).absolute()) if is_local(repo) and "://" not in repo else repo
    if root is None:
        raise Refusal("which repository? There is no clone here; name one by --repo URL")
    url = _git(root, "remote", "get-url", "origin")
    if not url:
        raise Refusal(f"{root}: has no remote `origin` to publish tags at; run `git remote add origin URL`")
    return str((root / url).resolve()) if is_local(url) and "://" not in url else url


def _keys(root: Path | None, url: str, keys: Path | None) -> Keys | None:
    if keys is not None:
        return Keys(keys)
    return made(root / OWN_KEYS) if root is not None and is_local(url) else None


def _outside(root: Path | None, signers: Path) -> None:
    """A list that is committed says what its committers want."""
    if root is None or not signers.exists():
        return
    path = signers.resolve()
    if path.is_relative_to(root.resolve()) and _git(root, "ls-files", "--error-unmatch", str(path)):
        raise Refusal(f"{signers}: is committed, so that whoever may commit could add a signer; keep it elsewhere")


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise Refusal(f"git: cannot be run: {error.strerror}; install it") from error
    return done.stdout.strip() or None if done.returncode == 0 else None
