"""Acceptance, on the side of the registry: what a channel is to run, its files, and the tag that says it was accepted.

How a server did is found out elsewhere (`mainstay.serving.accept`); here is what it is held against.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mainstay.model.file import Model
from mainstay.model.selftest import selftest
from mainstay.refusal import Refusal
from mainstay.release import files
from mainstay.release.registry import Registry
from mainstay.rows.judged import Judged, judged
from mainstay.trust import tag_object
from mainstay.trust.manifest import Manifest
from mainstay.trust.verify import Promoted
from mainstay.verdict import Verdict

if TYPE_CHECKING:
    import pandas

MODEL, CHANNEL_TAG = "model.onnx", "channel.tag"
"""As `mainstay sync` lays them out in the folder `current`."""


@dataclass(frozen=True)
class Due:
    """What a channel is to run: the verified manifest, its model, and the rows that it was evaluated on."""

    promoted: Promoted
    model: Model
    rows: Judged

    @property
    def manifest(self) -> Manifest:
        return self.promoted.release.manifest


def due(registry: Registry, channel: str, version: str, tolerance: float, rows: Path | None, remote: str | None) -> Due:
    """What `channel` is to run, if that is `version`; test rows from the file `rows` where one is named.

    Raises Refusal where it serves another, a tag does not hold, or files are nowhere: nothing is left out.
    """
    promoted = serving(registry, channel)
    manifest = promoted.release.manifest
    if manifest.release != version:
        raise Refusal(
            f"{channel}: is to run {manifest.release}, not {version}; run `mainstay promote {version} {channel}`"
        )
    data = files.model(registry, manifest, None, remote)
    model = selftest(data, [(g.row, g.score) for g in manifest.golden], tolerance, version)
    found = files.given(registry, manifest, rows) if rows else files.test_rows(registry, manifest, remote)
    source = f"the test rows of {version}"
    return Due(promoted, model, judged(_frame(found, source), model.contract, source))


def serving(registry: Registry, channel: str) -> Promoted:
    """What the channel serves, verified with its release. Raises Refusal where it serves nothing."""
    event = registry.serves(channel)
    if event is None:
        raise Refusal(f"{channel}: serves nothing yet, so that nothing can be accepted; run `mainstay promote`")
    return registry.promoted(event)


def examine(promoted: Promoted, copy: Path, tolerance: float) -> Verdict:
    """Whether the synced `copy` is what the channel names and scores its golden rows as signed.

    Raises Refusal where there is no copy to look at: what could not be examined is not accepted.
    """
    data, tag = _bytes(copy / MODEL), tag_object.read(_bytes(copy / CHANNEL_TAG), str(copy / CHANNEL_TAG))
    if tag.id != promoted.tag.id:
        return Verdict(
            "fail", (f"{copy}: runs by {tag.name}, the channel by {promoted.tag.name}; it is not there yet",)
        )
    manifest = promoted.release.manifest
    digest = hashlib.sha256(data).hexdigest()
    if digest != manifest.model.sha256:
        return Verdict("fail", (f"{copy / MODEL}: sha256 is {digest}, signed was {manifest.model.sha256}",))
    try:
        selftest(data, [(golden.row, golden.score) for golden in manifest.golden], tolerance, str(copy / MODEL))
    except Refusal as refusal:
        return Verdict("fail", (str(refusal),))
    return Verdict("pass")


def _frame(data: bytes, source: str) -> pandas.DataFrame:
    import pandas

    try:
        return pandas.read_parquet(io.BytesIO(data))
    except (OSError, ValueError) as error:
        raise Refusal(f"{source}: cannot be read as Parquet: {error}") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(
            f"{path}: cannot be read: {error.strerror}; name the folder `current` of `mainstay sync`"
        ) from error
