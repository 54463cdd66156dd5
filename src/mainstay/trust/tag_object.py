"""An annotated tag as git stores it: bytes, and what they say. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from mainstay.refusal import Refusal

BEGIN, END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"

_HEADER = re.compile(
    rb"object (?P<target>[0-9a-f]{40}|[0-9a-f]{64})\ntype (?P<type>[a-z]+)\ntag (?P<name>[^\n]+)\n"
    rb"tagger (?P<tagger>[^\n<>]*<[^\n<>]*>) (?P<epoch_s>[0-9]{1,12}) [+-][0-9]{4}\n\n"
)


@dataclass(frozen=True)
class TagObject:
    """What a tag object says of itself, all of it unproven until its signature is.

    `name` is the tag's own, `target` the id of the commit that it points at, `epoch_s` the tagger's clock. `payload`
    is what is signed, `signature` the armoured block behind it, empty where there is none.
    """

    raw: bytes
    name: str
    target: str
    epoch_s: int
    message: str
    payload: bytes
    signature: bytes

    @property
    def id(self) -> str:
        """The object's id in git: its hash, of the kind that the repository uses."""
        algorithm = "sha1" if len(self.target) == 40 else "sha256"
        return hashlib.new(algorithm, b"tag %d\0" % len(self.raw) + self.raw, usedforsecurity=False).hexdigest()


def read(raw: bytes, source: str) -> TagObject:
    """The tag in these bytes. Raises Refusal where git would have written none such, or it is of no commit."""
    header = _HEADER.match(raw)
    if header is None or header["type"] != b"commit":
        raise Refusal(f"{source}: is no annotated tag of a commit; wanted one that `mainstay` wrote")
    payload, signature = _parted(raw, source)
    try:
        name, message = header["name"].decode(), payload[header.end() :].decode()
    except UnicodeDecodeError as error:
        raise Refusal(f"{source}: is not UTF-8: {error}; wanted a tag that `mainstay` wrote") from error
    return TagObject(raw, name, header["target"].decode(), int(header["epoch_s"]), message, payload, signature)


def _parted(raw: bytes, source: str) -> tuple[bytes, bytes]:
    """What is signed and the signature: the one block of that kind, alone on its lines, with nothing behind it."""
    if raw.count(BEGIN) == 0:
        return raw, b""
    start = raw.find(b"\n" + BEGIN + b"\n") + 1
    if raw.count(BEGIN) > 1 or start == 0 or not raw.endswith(b"\n" + END + b"\n"):
        raise Refusal(f"{source}: its signature is not one block of its own at the end; wanted one as git writes it")
    return raw[:start], raw[start:]
