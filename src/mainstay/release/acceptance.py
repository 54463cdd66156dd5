"""Acceptance: is a synced copy the release that its channel names, and does it answer as it did when released?"""

from __future__ import annotations

import hashlib
from pathlib import Path

from mainstay import params as numbers
from mainstay.model.selftest import selftest
from mainstay.refusal import Refusal
from mainstay.release.access import bring, opened_at, somebody
from mainstay.release.promoting import accept
from mainstay.release.registry import Registry
from mainstay.trust import tag_object
from mainstay.trust.tags import STAGING
from mainstay.trust.verify import Promoted
from mainstay.verdict import Verdict

MODEL, CHANNEL_TAG = "model.onnx", "channel.tag"
"""As `mainstay sync` lays them out in the folder `current`."""


def run(
    folder: Path, copy: Path | None, channel: str, params: Path, by: str | None, **where: object
) -> tuple[Verdict, str]:
    """The verdict on a server's copy; staging's pass is written down. Fails closed where there is no copy."""
    if copy is None:
        raise Refusal("no copy to check: name the folder `current` of the server's `mainstay sync` by --copy")
    tolerance = numbers.load(params, "release").golden_tolerance
    with opened_at(folder, **where) as registry:
        promoted = serving(registry, channel)
        version = promoted.promotion.release
        verdict = examine(promoted, copy, tolerance)
        if verdict.answer != "pass":
            return verdict, f"{verdict.answer}: {verdict.reasons[0]}"
        if channel != STAGING:
            return verdict, f"pass: {channel} runs {version} as released"
        done = accept(registry, version, f"{copy.name} runs it as released", somebody(folder, by))
    bring(folder, registry, done.name, where)
    return verdict, f"pass: {done.name}: {version} {'is accepted' if done.new else 'was accepted before'}"


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


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(
            f"{path}: cannot be read: {error.strerror}; name the folder `current` of `mainstay sync`"
        ) from error
