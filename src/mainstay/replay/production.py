"""What a policy has in production, and had: releases by name, promotions by counter, as a channel's tags say it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from mainstay.release import channels
from mainstay.release.channels import Event as Promoted
from mainstay.trust.manifest import Kind, Promotion
from mainstay.trust.tags import PRODUCTION


@dataclass(frozen=True)
class Production:
    """`served` is the channel, the oldest first; `models` is release -> the model file's bytes."""

    served: tuple[Promoted, ...] = ()
    models: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def current(self) -> str | None:
        return self.served[-1].promotion.release if self.served else None

    @property
    def previous(self) -> str | None:
        """What a rollback goes to; the registry's own rule."""
        return channels.previous(self.served, None)

    @property
    def champion(self) -> bytes | None:
        return self.models[self.current] if self.current else None

    @property
    def rolled_back_on(self) -> datetime.date | None:
        """The day of the last rollback."""
        days = [_day(e.epoch_s) for e in self.served if e.promotion.kind == "rollback"]
        return days[-1] if days else None

    def promoted(self, release: str, data: bytes, on: datetime.date) -> Production:
        """With a new release serving."""
        return Production(self._with("promote", release, on), {**self.models, release: data})

    def gone_back(self, to: str, on: datetime.date) -> Production:
        """With an older release serving again."""
        return Production(self._with("rollback", to, on), self.models)

    def _with(self, kind: Kind, release: str, on: datetime.date) -> tuple[Promoted, ...]:
        counter = len(self.served) + 1
        promotion = Promotion(
            kind=kind, channel=PRODUCTION, counter=counter, release=release, tag="", why="", by="replay"
        )
        return (*self.served, Promoted(promotion, tag="", signer="", epoch_s=epoch_s(on)))


def epoch_s(day: datetime.date) -> int:
    """The day's first second, UTC."""
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())


def _day(epoch: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(epoch, datetime.UTC).date()
