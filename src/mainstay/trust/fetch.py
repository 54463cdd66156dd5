"""Where a release's bytes may lie, and how they are had: read once, never longer than signed, believed by sha256 only.

The remote is read as DVC lays it out (files/md5/ab/cdef...), by fsspec; DVC itself is not needed.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.trust.manifest import File

CONFIG = ".dvc/config"


class NotThere(Refusal):
    """No place has the bytes, or can be asked for them; it may be better at the next try."""


@dataclass(frozen=True)
class Wanted:
    """A file as a signed manifest describes it; `size` is in bytes.

    `sha256` is None for what is signed by way of a dvc.lock, which knows md5 alone.
    """

    md5: str
    sha256: str | None
    size: int

    @staticmethod
    def of(file: File) -> Wanted:
        """A file of a manifest."""
        return Wanted(file.md5, file.sha256, file.size)


@dataclass(frozen=True)
class Source:
    """A place that may hold the file: how it is called in messages, and how to read at most so many bytes of it."""

    name: str
    read: Callable[[int], bytes]


@dataclass(frozen=True)
class Remote:
    """A DVC remote: its URL and what fsspec needs beside it."""

    url: str
    options: Mapping[str, object] = field(default_factory=dict)

    def source(self, wanted: Wanted) -> Source:
        url = f"{self.url.rstrip('/')}/files/md5/{wanted.md5[:2]}/{wanted.md5[2:]}"
        return Source(url, lambda limit: _by_fsspec(url, self.options, limit))


def fetch(wanted: Wanted, sources: Iterable[Source], timeout_s: float) -> bytes:
    """The bytes of a file, from the first source that has the right ones.

    Raises Refusal that says of each source why it did not do: NotThere, unless one has other bytes.
    """
    told, kind = [], NotThere
    for source in sources:
        try:
            data = within(timeout_s, lambda source=source: source.read(wanted.size + 1))
        except Exception as error:  # each library of storage has errors of its own
            told.append(f"{source.name}: {_why(error)}")
            continue
        if (fault := fault_of(data, wanted)) is None:
            return data
        told.append(f"{source.name}: {fault}")
        kind = Refusal
    raise kind("; ".join(told) or "no place to fetch the model from is known; name one by --remote URL")


def fault_of(data: bytes, wanted: Wanted) -> str | None:
    """What is wrong with these bytes; None where they are those that were signed."""
    if len(data) != wanted.size:
        more = "more than " if len(data) > wanted.size else ""
        return f"has {more}{min(len(data), wanted.size)} bytes, wanted {wanted.size}"
    kind, signed = ("md5", wanted.md5) if wanted.sha256 is None else ("sha256", wanted.sha256)
    digest = hashlib.new(kind, data, usedforsecurity=False).hexdigest()
    return None if digest == signed else f"has {kind} {digest}, signed was {signed}"


def remote_of(config: str, repository: str, where: str = CONFIG) -> Remote:
    """The default remote as the text of a .dvc/config names it; a relative one is beside a local `repository`.

    Raises Refusal where there is none, or where it is relative and the repository is not a folder here.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(config)
        name = parser["core"]["remote"].strip()
        section = parser[f"'remote \"{name}\"'"]
        url = section["url"].strip()
    except (configparser.Error, KeyError) as error:
        raise Refusal(f"{where}: names no default remote ({error}); name one by --remote URL") from error
    return Remote(_absolute(url, repository, where), _options(url, section))


def within(timeout_s: float, action: Callable[[], bytes]) -> bytes:
    """What `action` returns. Raises TimeoutError where it takes longer; it is left behind then, and its answer too."""
    answers: queue.SimpleQueue[tuple[bytes | None, BaseException | None]] = queue.SimpleQueue()

    def answer() -> None:
        try:
            answers.put((action(), None))
        except BaseException as error:  # raised again below, by who waits
            answers.put((None, error))

    threading.Thread(target=answer, daemon=True).start()
    try:
        found, error = answers.get(timeout=timeout_s)
    except queue.Empty:
        raise TimeoutError(f"no answer within {timeout_s:g} s") from None
    if error is not None:
        raise error
    return found or b""


def _by_fsspec(url: str, options: Mapping[str, object], limit: int) -> bytes:
    import fsspec

    with fsspec.open(url, "rb", **options) as file:
        return file.read(limit)


def _absolute(url: str, repository: str, where: str) -> str:
    if "://" in url or Path(url).is_absolute():
        return url
    beside = Path(repository.removeprefix("file://")) / ".dvc" / url
    if not beside.is_dir():
        raise Refusal(
            f"{where}: the remote {url!r} is a folder of the releasing machine, not here; name another by --remote URL"
        )
    return os.path.normpath(beside)


def _options(url: str, section: Mapping[str, str]) -> dict[str, object]:
    """DVC's words for an S3 that is not Amazon's, as fsspec has them. Credentials come from the environment."""
    if not url.startswith("s3://"):
        return {}
    client = {"endpointurl": "endpoint_url", "region": "region_name"}
    found = {ours: section[theirs] for theirs, ours in client.items() if theirs in section}
    own = {"profile": section["profile"]} if "profile" in section else {}
    return own | ({"client_kwargs": found} if found else {})


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "is not there (yet)"
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
