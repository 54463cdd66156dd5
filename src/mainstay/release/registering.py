"""Where the registry's verbs meet a clone or a URL, the keys, and whoever reads what they print."""

from __future__ import annotations

import json
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release import promoting
from mainstay.release import status as told
from mainstay.release.access import bring, clone_of, opened_at, somebody
from mainstay.release.channels import Event
from mainstay.release.registry import Registry
from mainstay.trust import keys as trust_keys
from mainstay.trust.signers import ROLES


def promote(folder: Path, version: str, channel: str, why: str, by: str | None, **where: object) -> str:
    """What `mainstay promote` did, in a line."""
    with opened_at(folder, **where) as registry:
        done = promoting.promote(registry, version, channel, why, somebody(folder, by))
    bring(folder, registry, done.name, where)
    return f"{done.name}: {channel} {'serves' if done.new else 'serves already'} {version}"


def roll_back(
    folder: Path,
    channel: str,
    to: str | None,
    why: str,
    by: str | None,
    only_from: str | None = None,
    output: Path | None = None,
    **where: object,
) -> str:
    """What `mainstay rollback` did, in a line; `output` gets the version that is served then."""
    with opened_at(folder, **where) as registry:
        done = promoting.roll_back(registry, channel, to, why, somebody(folder, by), only_from)
        serves = registry.again().serves(channel)
    bring(folder, registry, done.name, where)
    version = serves.promotion.release if serves else "nothing"
    if output is not None:
        with output.open("a", encoding="utf-8") as lines:
            lines.write(f"version={version}\n")
    return f"{done.name}: {channel} serves {version}{' again' if done.new else ' already'}"


def status(folder: Path, as_json: bool, **where: object) -> str:
    """What runs where: lines, or JSON."""
    with opened_at(folder, **where) as registry:
        return _shown(told.status(registry), registry, as_json)


def history(folder: Path, limit: int, as_json: bool, **where: object) -> str:
    """What ran where: lines, or JSON."""
    with opened_at(folder, **where) as registry:
        return _shown(told.history(registry, limit), registry, as_json)


def make_keys(to: Path, owner: str) -> str:
    """New keys, and a word on where each belongs."""
    if clone_of(to.absolute().parent) is not None:
        raise Refusal(f"{to}: lies in a git repository, from which a key would get out one day; name another folder")
    made = trust_keys.make(to.expanduser(), owner)
    lines = [f"{made.folder}: {len(ROLES)} keys, one a role. Private halves go into protected environments only:"]
    lines += [f"  {made.folder / role}: secret of the environment that may {_does(role)}" for role in ROLES]
    lines += [
        f"{made.allowed_signers}: who may sign what. It goes to every server, and to CI as a variable of the",
        "organisation; never into the repository, whose writers it keeps in check.",
    ]
    return "\n".join(lines)


def _does(role: str) -> str:
    does = {"release": "release", "accept": "accept what runs in staging", "rollback": "go back to what ran before"}
    return does.get(role) or f"promote to {role.removeprefix('promote-')}"


def _shown(events: list[Event], registry: Registry, as_json: bool) -> str:
    if as_json:
        refused = dict(sorted(registry.refused.items()))
        return json.dumps({"events": [told.as_dict(e) for e in events], "refused": refused}, indent=2)
    warned = [f"not believed: {why}" for _, why in sorted(registry.refused.items())]
    return "\n".join([*told.lines(events), *warned])
