"""Who a logged prediction was about, told apart but not named: the id under a key that only server and watcher have."""

from __future__ import annotations

import os
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path

from mainstay.refusal import Refusal

KEY_BYTES = 32
DIGEST_BYTES = 16
"""128 bits: among ten billion customers two share a pseudonym with a chance below 1e-18."""


def pseudonyms(key: bytes) -> Callable[[Iterable[str | None]], list[str]]:
    """Function from ids to their pseudonyms: 32 hexadecimal digits, the same for the same id and key; without the key
    the id cannot be guessed and tried. Where there is no id there is no pseudonym either, but an empty string.

    Keyed BLAKE2b (RFC 7693). Ids that differ in Unicode's ways of writing a letter alone are one customer.
    """
    begun = blake2b(digest_size=DIGEST_BYTES, key=key).copy  # to copy it is quicker than to begin anew

    def hidden(ids: Iterable[str | None]) -> list[str]:
        found = []
        for id in ids:
            if id is None:
                found.append("")
                continue
            own = begun()
            own.update(id.encode() if id.isascii() else _one_way(id))
            found.append(own.hexdigest())
        return found

    return hidden


def read_key(path: Path) -> bytes:
    """The key in a file that `make_key` wrote. Raises Refusal where it is none."""
    try:
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise Refusal(f"{path}: holds no key ({_why(error)}); make one by `mainstay log key FILE`") from error
    if len(key) != KEY_BYTES:
        raise Refusal(f"{path}: holds {len(key)} bytes, wanted {KEY_BYTES}; make a key by `mainstay log key FILE`")
    return key


def make_key(path: Path) -> None:
    """A new key at `path`, which only its owner can read. Raises Refusal where something is there already."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refusal(f"{path}: is there already; another key would make every customer a stranger") from None
    except OSError as error:
        raise Refusal(f"{path}: cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")


def _one_way(id: str) -> bytes:
    """Of all ways to write its letters."""
    return unicodedata.normalize("NFC", id).encode("utf-8", "surrogatepass")


def _why(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "not hexadecimal"
