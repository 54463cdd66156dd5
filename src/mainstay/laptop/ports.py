"""Which port a channel is served at: the one asked for, or the usual one, or any that is free."""

from __future__ import annotations

import socket
from pathlib import Path

from mainstay.refusal import Refusal

HOST = "127.0.0.1"


def port(asked: int | None, usual: int, kept: Path) -> int:
    """A free port, which the file `kept` remembers. Raises Refusal where the one asked for is taken."""
    before = int(kept.read_text(encoding="utf-8")) if kept.exists() else usual
    if asked is not None and not free(asked):
        raise Refusal(f"port {asked}: is taken by another process; name another, or none")
    found = asked or (before if free(before) else _any())
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(f"{found}\n", encoding="utf-8")
    return found


def free(number: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            own.bind((HOST, number))
        except OSError:
            return False
    return True


def _any() -> int:
    with socket.socket() as own:
        own.bind((HOST, 0))
        return own.getsockname()[1]
