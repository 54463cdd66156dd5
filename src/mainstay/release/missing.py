"""What a report cannot show. It stands where the thing itself would have stood, with the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Missing:
    """`why` says what is not there and how to get it; it may hold text that nobody vouches for."""

    why: str
