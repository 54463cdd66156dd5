"""Random numbers keyed by seed, month and purpose."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Stream:
    """The random numbers of one month. Each purpose has its own, so that no draw moves another's.

    That is what makes more months append-only, and a scenario change nothing but what it is about.
    """

    seed: int
    month: int

    def of(self, purpose: str) -> np.random.Generator:
        key = (self.month, zlib.crc32(purpose.encode()))
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))
