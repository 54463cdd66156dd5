"""Who may sign what: a role a key, by a file in ssh's own format that is no part of what it judges.

    release@example.org namespaces="git" ssh-ed25519 AAAA...

The role is what stands before the @.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.trust.manifest import Promotion
from mainstay.trust.tags import ACCEPTED

RELEASE, ACCEPT, ROLLBACK = "release", "accept", "rollback"
PROMOTE = "promote-"
ROLES = (RELEASE, f"{PROMOTE}staging", ACCEPT, f"{PROMOTE}production", ROLLBACK)
"""Those that a team's keys are made for; a channel of its own has a role `promote-<channel>`."""

_PRINCIPAL = re.compile(r"[a-z0-9-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True)
class AllowedSigners:
    """The text of an allowed-signers file, read once, so that nobody changes it between two checks."""

    text: str
    source: str

    def of(self, roles: Collection[str]) -> tuple[list[str], str]:
        """Everybody who has one of these roles, by name, and the lines that list them."""
        lines = [line for line in self.text.splitlines() if role_names(line, roles)]
        names = dict.fromkeys(name for line in lines for name in role_names(line, roles))
        return list(names), "".join(f"{line}\n" for line in lines)


def load(path: Path) -> AllowedSigners:
    """Raises Refusal where the file cannot be read or lists nobody."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            f"{path}: cannot be read as an allowed-signers file: {error}; see `mainstay keys init`"
        ) from error
    if not any(line.strip() and not line.startswith("#") for line in text.splitlines()):
        raise Refusal(f"{path}: lists nobody, wanted a line a role; see `mainstay keys init`")
    return AllowedSigners(text, str(path))


def role_of(principal: str) -> str | None:
    """The role of somebody on the list; None for a pattern, which is nobody in particular."""
    return principal.partition("@")[0] if _PRINCIPAL.fullmatch(principal) else None


def role_names(line: str, roles: Collection[str]) -> list[str]:
    """Who of a line of the list has one of these roles."""
    names = line.split(maxsplit=1)[0].split(",") if line.strip() else []
    return [name for name in names if role_of(name) in roles]


def role_for(promotion: Promotion) -> str:
    """Who has to sign it. Raises Refusal where its kind does not belong in its channel."""
    if (promotion.kind == "accept") != (promotion.channel == ACCEPTED):
        raise Refusal(f"channel {promotion.channel}: saw a promotion of kind {promotion.kind}, which it does not take")
    if promotion.kind == "promote":
        return PROMOTE + promotion.channel
    return ACCEPT if promotion.kind == "accept" else ROLLBACK
