"""Every check by which a tag is believed, in one place: for the registry, the syncer and the server alike.

Nothing that the repository says of itself counts: not its refs, not its configuration, not a file in it. The root of
trust is the list of allowed signers, and what was seen before: pins (tag name -> object id) and the highest counter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mainstay.refusal import Refusal
from mainstay.trust import tag_object, tags
from mainstay.trust.manifest import Manifest, Promotion, read_manifest, read_promotion
from mainstay.trust.signers import RELEASE, AllowedSigners, role_for
from mainstay.trust.signing import signed_by
from mainstay.trust.tag_object import TagObject
from mainstay.trust.tags import Assignment

Fetch = Callable[[str], bytes]
"""The bytes of the tag object under a tag's name, as `git cat-file tag` prints them. Raises Refusal."""


@dataclass(frozen=True)
class Released:
    """A release whose tag holds."""

    tag: TagObject
    manifest: Manifest
    by: str


@dataclass(frozen=True)
class Promoted:
    """A promotion whose tag holds, and the release that it names."""

    tag: TagObject
    promotion: Promotion
    by: str
    release: Released
    earlier: TagObject | None

    @property
    def pins(self) -> dict[str, str]:
        """Tag name -> object id of all that was believed."""
        return {tag.name: tag.id for tag in (self.tag, self.release.tag, self.earlier) if tag}


def newest(names: Iterable[str], channel: str, highest: int) -> Assignment | None:
    """By which tag a channel serves; None where it never served anything.

    Raises Refusal where a counter as high as the `highest` ever seen is no longer there: somebody hides tags.
    """
    found = tags.newest(names, channel)
    if (found.counter if found else 0) < highest:
        seen = f"counter {found.counter}" if found else "nothing"
        raise Refusal(
            f"channel {channel}: the remote shows {seen}, but {highest} was seen before; a tag was deleted or is hidden"
        )
    return found


def promoted(
    assignment: Assignment, fetch: Fetch, signers: AllowedSigners, after: int = 0, pins: Mapping[str, str] | None = None
) -> Promoted:
    """What a channel is to serve by this tag. Its counter has to exceed `after`, the highest seen.

    Raises Refusal at the first check that does not hold; `fetch` is asked for the tag, the release's and, for a
    rollback, for that of the promotion by which the release was in the channel before.
    """
    if assignment.counter <= after:
        raise Refusal(f"{assignment.name}: its counter does not exceed {after}, seen before; it is replayed")
    tag, promotion, by = _promotion(assignment, fetch, signers, pins or {})
    release = released(promotion.release, fetch, signers, pins)
    if release.tag.id != promotion.tag:
        seen = f"{release.tag.name} is {release.tag.id[:10]}, signed was {promotion.tag[:10]}"
        raise Refusal(f"{assignment.name}: {seen}; that tag was moved, put the old one back")
    if tag.target != release.tag.target:
        raise Refusal(f"{tag.name}: points at commit {tag.target[:10]}, its release at {release.tag.target[:10]}")
    earlier = _earlier(promotion, fetch, signers, pins or {}) if promotion.kind == "rollback" else None
    return Promoted(tag, promotion, by, release, earlier)


def released(version: str, fetch: Fetch, signers: AllowedSigners, pins: Mapping[str, str] | None = None) -> Released:
    """The release of a version, as `v1.4.0`. Raises Refusal at the first check that does not hold."""
    name = tags.Release(version).name
    tag = _tag(name, fetch, pins or {})
    by = signed_by(tag, {RELEASE}, signers)
    manifest = read_manifest(tag.message, name)
    if manifest.release != version:
        raise Refusal(f"{name}: what is signed is {manifest.release}; the tag was put under another name")
    if manifest.commit != tag.target:
        raise Refusal(f"{name}: points at commit {tag.target[:10]}, but its manifest names {manifest.commit[:10]}")
    return Released(tag, manifest, by)


def announced(
    assignment: Assignment, fetch: Fetch, signers: AllowedSigners, pins: Mapping[str, str] | None = None
) -> tuple[TagObject, Promotion, str]:
    """A promotion by its own tag alone, and who signed it: enough to tell, never to serve."""
    return _promotion(assignment, fetch, signers, pins or {})


def _promotion(
    assignment: Assignment, fetch: Fetch, signers: AllowedSigners, pins: Mapping[str, str]
) -> tuple[TagObject, Promotion, str]:
    tag = _tag(assignment.name, fetch, pins)
    promotion = read_promotion(tag.message, assignment.name)
    by = signed_by(tag, {role_for(promotion)}, signers)
    if Assignment(promotion.channel, promotion.counter) != assignment:
        named = Assignment(promotion.channel, promotion.counter).name
        raise Refusal(f"{assignment.name}: what is signed is {named}; the tag was put under another name")
    return tag, promotion, by


def _earlier(promotion: Promotion, fetch: Fetch, signers: AllowedSigners, pins: Mapping[str, str]) -> TagObject:
    """The proof that a release that is gone back to was in the channel before, and by the hand of who may promote."""
    where = f"{promotion.channel} goes back to {promotion.release}"
    if promotion.earlier is None:
        raise Refusal(f"{where}: names no earlier promotion of it; only what was there can be gone back to")
    tag, earlier, _ = _promotion(Assignment(promotion.channel, promotion.earlier.counter), fetch, signers, pins)
    same = (earlier.release, earlier.tag, tag.id) == (promotion.release, promotion.tag, promotion.earlier.tag)
    if not same or earlier.kind != "promote" or earlier.counter >= promotion.counter:
        raise Refusal(f"{where}: {tag.name} is no earlier promotion of it; only what was there can be gone back to")
    return tag


def _tag(name: str, fetch: Fetch, pins: Mapping[str, str]) -> TagObject:
    """The tag under a name: it says the same name, and is the object that it was before."""
    tag = tag_object.read(fetch(name), name)
    if tag.name != name:
        raise Refusal(f"{name}: the tag under this name is {tag.name!r}; it was put there by somebody else")
    if pins.get(name, tag.id) != tag.id:
        raise Refusal(f"{name}: was moved: is {tag.id[:10]}, but {pins[name][:10]} before; put the old one back")
    return tag
