"""The names of tags, in GTO's grammar: `churn@v1.4.0` is a release, `churn#production#7` says what a channel serves.

`next_*` take the names of all tags there are. A tag that GTO writes to end a channel (`churn#production!#8`) names
nothing to serve, so that nobody here obeys it; its counter counts all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ARTIFACT = "churn"
ACCEPTED = "accepted"
STAGING, PRODUCTION = "staging", "production"

Bump = Literal["major", "minor", "patch"]
FIRST = "v1.0.0"
"""The first release of all, whatever the size of the change."""

_NUMBER = "(?:0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"v({_NUMBER})\.({_NUMBER})\.({_NUMBER})")
_CHANNEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ASSIGNED = re.compile(rf"{ARTIFACT}#(?P<channel>{_CHANNEL.pattern})(?P<ended>!?)#(?P<counter>[1-9][0-9]{{0,17}})")


@dataclass(frozen=True)
class Release:
    """A version of the model, as `v1.4.0`. Raises ValueError at any other spelling."""

    version: str

    def __post_init__(self) -> None:
        if not _VERSION.fullmatch(self.version):
            raise ValueError(f"version: saw {self.version!r}, wanted one as v1.4.0")

    @property
    def name(self) -> str:
        return f"{ARTIFACT}@{self.version}"

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Major, minor, patch: what versions are ordered by."""
        major, minor, patch = (int(n) for n in _VERSION.fullmatch(self.version).groups())
        return major, minor, patch

    def bumped(self, bump: Bump) -> Release:
        major, minor, patch = self.numbers
        after = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}[bump]
        return Release("v{}.{}.{}".format(*after))


@dataclass(frozen=True)
class Assignment:
    """From this counter on a channel serves something else. Raises ValueError where a part is misspelt."""

    channel: str
    counter: int

    def __post_init__(self) -> None:
        if not _CHANNEL.fullmatch(self.channel):
            raise ValueError(f"channel: saw {self.channel!r}, wanted lower case letters, digits and dashes")
        if not 0 < self.counter < 10**18:
            raise ValueError(f"counter: saw {self.counter}, wanted 1 or more")

    @property
    def name(self) -> str:
        return f"{ARTIFACT}#{self.channel}#{self.counter}"


def parse(name: str) -> Release | Assignment | None:
    """What a tag of this name is; None where it is neither."""
    artifact, at, version = name.partition("@")
    if at and artifact == ARTIFACT and _VERSION.fullmatch(version):
        return Release(version)
    found = _ASSIGNED.fullmatch(name)
    return Assignment(found["channel"], int(found["counter"])) if found and not found["ended"] else None


def releases(names: Iterable[str]) -> list[Release]:
    """All releases among the names, the lowest version first."""
    return sorted((tag for n in names if isinstance(tag := parse(n), Release)), key=lambda tag: tag.numbers)


def assignments(names: Iterable[str], channel: str | None = None) -> list[Assignment]:
    """All assignments among the names, of one channel or of any, the lowest counter first."""
    found = [tag for n in names if isinstance(tag := parse(n), Assignment)]
    return sorted((tag for tag in found if channel in (None, tag.channel)), key=lambda tag: (tag.counter, tag.channel))


def newest(names: Iterable[str], channel: str) -> Assignment | None:
    """By which tag a channel serves: that of the highest counter, whatever any clock says."""
    return next(reversed(assignments(names, channel)), None)


def next_release(names: Iterable[str], bump: Bump) -> Release:
    """The release after the highest there is; v1.0.0 where there is none."""
    known = releases(names)
    return known[-1].bumped(bump) if known else Release(FIRST)


def next_assignment(names: Iterable[str], channel: str) -> Assignment:
    """One counter for all channels, so that it tells their order, too."""
    counters = [int(found["counter"]) for n in names if (found := _ASSIGNED.fullmatch(n))]
    return Assignment(channel, max(counters, default=0) + 1)
