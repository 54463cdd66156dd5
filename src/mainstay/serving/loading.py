"""A slot on disk -> a release that is fit to answer: verified again, tested again, with all that answering needs."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mainstay.model.file import Model
from mainstay.model.selftest import selftest
from mainstay.params import Serve
from mainstay.refusal import Refusal
from mainstay.serving import slot
from mainstay.serving.promotion import Root
from mainstay.serving.rows_in import RowsIn
from mainstay.serving.slot import Slot
from mainstay.trust import signers
from mainstay.trust.fetch import Wanted, fault_of
from mainstay.trust.manifest import Manifest, Promotion


@dataclass(frozen=True)
class Loaded:
    """A release in memory. `threshold` is the score from which a customer is contacted; None where none is known.

    `manifest_json` is the file as it lies in the slot; `synced_at` (unix s) is when the slot was written.
    """

    slot: Slot
    release: str
    manifest_json: bytes
    model: Model
    rows_in: RowsIn
    threshold: float | None
    synced_at: float

    @property
    def newest_row(self) -> datetime.date | None:
        """The last day of the rows that the model was made from, where its file tells."""
        split = self.model.about.get("split")
        day = split.get("train_until") if isinstance(split, dict) else None
        try:
            return datetime.date.fromisoformat(day) if isinstance(day, str) else None
        except ValueError:
            return None


@dataclass(frozen=True)
class Check:
    """By what a slot is believed: its digests and golden rows always, its signatures where signers are given."""

    golden_tolerance: float
    allowed_signers: Path | None
    channel: str | None

    def signed(self, own: Slot, running: Slot | None) -> None:
        """Raises Refusal where a signature does not hold, or the promotion is older than that which runs."""
        if self.allowed_signers is None:
            return
        if running and own.counter < running.counter:
            raise Refusal(f"{own.path}: #{own.counter} is older than #{running.counter}, which runs; nothing goes back")
        root = Root(signers.load(self.allowed_signers), {})
        root.kept(own, self.channel, self.golden_tolerance)


def load(own: Slot, check: Check, limits: Serve, known: tuple[Loaded, ...] = (), running: Slot | None = None) -> Loaded:
    """The release in a slot; a model among the `known` ones is not read twice. Raises Refusal."""
    check.signed(own, running)
    files = slot.read(own)
    manifest = _read(files[slot.MANIFEST], Manifest, own.path / slot.MANIFEST)
    promotion = _read(files[slot.PROMOTION], Promotion, own.path / slot.PROMOTION)
    if (promotion.release, promotion.counter) != (manifest.release, own.counter):
        raise Refusal(f"{own.path}: promotes {promotion.release}, holds {manifest.release}; it will be fetched again")
    data = files[slot.MODEL]
    fault = fault_of(data, Wanted.of(manifest.model))
    if fault or manifest.model.sha256 != own.sha256:
        raise Refusal(
            f"{own.path / slot.MODEL}: {fault or 'is not what its slot is named by'}; it will be fetched again"
        )
    model = _known(known, manifest.model.sha256) or selftest(
        data, [(g.row, g.score) for g in manifest.golden], check.golden_tolerance, manifest.release
    )
    return Loaded(
        slot=own,
        release=manifest.release,
        manifest_json=files[slot.MANIFEST],
        model=model,
        rows_in=RowsIn(model.contract, limits),
        threshold=_threshold(model, manifest),
        synced_at=(own.path / slot.MODEL).stat().st_mtime,
    )


def _known(known: tuple[Loaded, ...], sha256: str) -> Model | None:
    return next((loaded.model for loaded in known if loaded.model.digest == sha256), None)


def _read(data: bytes, kind: type, path: Path) -> Manifest | Promotion:
    try:
        return msgspec.json.decode(data, type=kind)
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{path}: cannot be read: {error}; it will be fetched again") from error


def _threshold(model: Model, manifest: Manifest) -> float | None:
    """The operating point: in the model file as `train` put it there, else among the release's metrics."""
    for found in (model.about.get("operating_point"), manifest.metrics.get("operating_point")):
        if isinstance(found, int | float) and not isinstance(found, bool):
            return float(found)
    return None
