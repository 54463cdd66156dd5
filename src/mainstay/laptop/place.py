"""Where what runs on a laptop is kept: one folder of the clone, which git ignores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mainstay.trust.tags import PRODUCTION, STAGING

FOLDER = ".mainstay/local"
CHANNELS = (STAGING, PRODUCTION)
PORTS = {STAGING: 8080, PRODUCTION: 8081}
"""Taken where they are free and no others were asked for."""


@dataclass(frozen=True)
class Place:
    """The folder at `root`: a registry of its own, so that neither the clone's tags nor its origin are touched."""

    root: Path

    @property
    def origin(self) -> Path:
        """A bare repository, in which the tags are."""
        return self.root / "origin.git"

    @property
    def remote(self) -> Path:
        """The files of releases, as a DVC remote has them."""
        return self.root / "remote"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def log_key(self) -> Path:
        """What hides the ids in the logs of predictions."""
        return self.root / "log-key"

    @property
    def command(self) -> Path:
        """`mainstay`, told where this registry is."""
        return self.root / "mainstay"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    def slots(self, channel: str) -> Path:
        """What the channel's syncer keeps and its server reads."""
        return self.root / channel / "model"

    def log(self, channel: str) -> Path:
        """The predictions that the channel's server gave."""
        return self.root / channel / "log"

    def port(self, channel: str) -> Path:
        """A file with the number of the port at which the channel is served."""
        return self.root / channel / "port"

    def process(self, channel: str, job: str) -> Path:
        """A file for one process; its log lies beside it."""
        return self.root / channel / job

    @property
    def where(self) -> dict[str, object]:
        """The registry, as the verbs about releases are told."""
        from mainstay.trust.keys import Keys

        return {"repo": str(self.origin), "keys": self.keys, "allowed_signers": Keys(self.keys).allowed_signers}
