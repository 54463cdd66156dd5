"""Bearer tokens: who may ask for predictions. The file holds their sha256 alone, so that it gives nobody away."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.serving.problem import Problem

_LINE = re.compile(r"(?P<hash>[0-9a-f]{64})\s+(?P<name>\S.*)")
_SCHEME = b"bearer "
_UNKNOWN = (("www-authenticate", 'Bearer realm="churn"'),)


@dataclass(frozen=True)
class Tokens:
    """The sha256 of each token, in hex. None at all lets everybody in."""

    hashes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def check(self, authorization: bytes | None) -> None:
        """Raises Problem 401 unless the header carries one of the tokens. Takes as long whichever it is."""
        if authorization is None or authorization[:7].lower() != _SCHEME:
            raise Problem(401, "wanted a header `authorization: Bearer TOKEN`", headers=_UNKNOWN)
        own = hashlib.sha256(authorization[7:].strip()).hexdigest()
        matches = [hmac.compare_digest(own, known) for known in self.hashes]
        if not any(matches):
            raise Problem(401, "this token is not known here", headers=_UNKNOWN)


def load(path: Path) -> Tokens:
    """The tokens of a file. Raises Refusal naming the line that is none, or where there is no line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{path}: cannot be read: {error}; `mainstay serve-token NAME` makes its lines") from error
    return Tokens(tuple(_hashes(lines, path)))


def make(name: str) -> tuple[str, str]:
    """A new token, and its line for the file."""
    if not re.fullmatch(r"\S[^\x00-\x1f\x7f]{0,99}", name):
        raise Refusal(f"NAME: saw {name!r}, wanted a line of up to 100 characters")
    token = secrets.token_urlsafe(32)
    return token, f"{hashlib.sha256(token.encode()).hexdigest()}  {name}"


def _hashes(lines: list[str], path: Path) -> Iterable[str]:
    found = [(n, line) for n, line in enumerate(lines, start=1) if line.strip() and not line.startswith("#")]
    if not found:
        raise Refusal(f"{path}: holds no token; without any nobody could ask. `mainstay serve-token NAME` makes lines")
    for number, line in found:
        match = _LINE.fullmatch(line)
        if not match:
            raise Refusal(
                f"{path}:{number}: wanted a sha256 in hex and a name; `mainstay serve-token NAME` makes lines"
            )
        yield match["hash"]
