"""How a tag is published: made aside, verified as a server would, pushed; and all again where somebody was faster."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from mainstay.refusal import Refusal
from mainstay.release.registry import Registry
from mainstay.release.remote_tags import shown
from mainstay.trust import tags, verify
from mainstay.trust.manifest import Manifest, Promotion, message
from mainstay.trust.signers import RELEASE, role_for
from mainstay.trust.signing import sign
from mainstay.trust.tags import Assignment, Release

TRIES = 20
PAUSE_S = 0.2


@dataclass(frozen=True)
class Published:
    """The name of a tag, and whether it was made now (else it was there already, and says the same)."""

    name: str
    new: bool


Propose = Callable[[Registry], "tuple[Manifest | Promotion, str] | str"]
"""From the registry as it is: what to say, and of which commit; or the name of the tag that says it already."""


def publish(registry: Registry, propose: Propose) -> Published:
    """Publishes what `propose` says of the registry, asking it anew whenever somebody else was faster.

    Raises Refusal where the key is not here, the tag would not be believed, or the remote does not take it.
    """
    said = None
    for attempt in range(TRIES):
        proposal = propose(registry)
        if isinstance(proposal, str):
            return Published(proposal, new=False)
        name = _name(proposal[0])
        _make(registry, name, *proposal)
        said, out = registry.scratch.push(name)
        if said is None:
            return Published(name, new="[up to date]" not in out)  # the very same tag by another hand
        registry.scratch.drop(name)
        registry = registry.again()
        if name not in registry.names and attempt:
            time.sleep(PAUSE_S * random.random())  # noqa: S311  those who collided are to part
    raise Refusal(f"{shown(registry.access.url)}: does not take the tag: {said}; nothing was published, try again")


def _make(registry: Registry, name: str, content: Manifest | Promotion, commit: str) -> None:
    """The tag, signed and verified again as everybody else will."""
    access, own = registry.access, registry.scratch
    if access.keys is None:
        raise Refusal("no keys to sign with: name their folder by --keys; see `mainstay keys init`")
    role = RELEASE if isinstance(content, Manifest) else role_for(content)
    own.drop(name)
    sign(own.root, name, commit, message(content), access.keys.of(role), registry.next_epoch_s())
    fetch = {name: own.made(name)}
    try:
        if isinstance(content, Manifest):
            verify.released(content.release, lambda n: fetch.get(n) or own.raw(n), access.signers)
        else:
            assignment = Assignment(content.channel, content.counter)
            verify.promoted(assignment, lambda n: fetch.get(n) or own.raw(n), access.signers)
    except Refusal:
        own.drop(name)
        raise


def _name(content: Manifest | Promotion) -> str:
    if isinstance(content, Manifest):
        return Release(content.release).name
    return Assignment(content.channel, content.counter).name


def next_counter(registry: Registry, channel: str) -> int:
    """The counter of a channel's next tag."""
    return tags.next_assignment(registry.names, channel).counter
