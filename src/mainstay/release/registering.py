"""Where the registry's verbs meet a clone or a URL, the keys, and whoever reads what they print."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mainstay import params as numbers
from mainstay.refusal import Refusal
from mainstay.release import acceptance, promoting, pushed, releasing
from mainstay.release import status as told
from mainstay.release.access import access, clone_of, somebody
from mainstay.release.channels import Event
from mainstay.release.git import Repository
from mainstay.release.publish import Published
from mainstay.release.registry import Registry, opened
from mainstay.release.releasing import Wish
from mainstay.trust import keys as trust_keys
from mainstay.trust.signers import ROLES
from mainstay.trust.tags import STAGING
from mainstay.verdict import Verdict


def release(folder: Path, wish: Wish, **where: object) -> str:
    """The tag that `mainstay release` made or found, in a line."""
    repository = Repository.at(folder)
    with _opened(folder, **where) as registry:
        done = releasing.release(registry, repository, wish, pushed.push)
    _bring(folder, registry, done, where)
    return f"{done.name}: released" if done.new else f"{done.name}: is this model already; no change, nothing released"


def promote(folder: Path, version: str, channel: str, why: str, by: str | None, **where: object) -> str:
    """What `mainstay promote` did, in a line."""
    with _opened(folder, **where) as registry:
        done = promoting.promote(registry, version, channel, why, somebody(folder, by))
    _bring(folder, registry, done, where)
    return f"{done.name}: {channel} {'serves' if done.new else 'serves already'} {version}"


def roll_back(folder: Path, channel: str, to: str | None, why: str, by: str | None, **where: object) -> str:
    """What `mainstay rollback` did, in a line."""
    with _opened(folder, **where) as registry:
        done = promoting.roll_back(registry, channel, to, why, somebody(folder, by))
        serves = registry.again().serves(channel)
    _bring(folder, registry, done, where)
    return f"{done.name}: {channel} serves {serves.promotion.release if serves else 'nothing'} again"


def accept(
    folder: Path, copy: Path | None, channel: str, params: Path, by: str | None, **where: object
) -> tuple[Verdict, str]:
    """The verdict on a server's copy; staging's pass is written down. Fails closed where there is no copy."""
    if copy is None:
        raise Refusal("no copy to check: name the folder `current` of the server's `mainstay sync` by --copy")
    tolerance = numbers.load(params, "release").golden_tolerance
    with _opened(folder, **where) as registry:
        promoted = acceptance.serving(registry, channel)
        version = promoted.promotion.release
        verdict = acceptance.examine(promoted, copy, tolerance)
        if verdict.answer != "pass":
            return verdict, f"{verdict.answer}: {verdict.reasons[0]}"
        if channel != STAGING:
            return verdict, f"pass: {channel} runs {version} as released"
        done = promoting.accept(registry, version, f"{copy.name} runs it as released", somebody(folder, by))
    _bring(folder, registry, done, where)
    return verdict, f"pass: {done.name}: {version} {'is accepted' if done.new else 'was accepted before'}"


def status(folder: Path, as_json: bool, **where: object) -> str:
    """What runs where: lines, or JSON."""
    with _opened(folder, **where) as registry:
        return _shown(told.status(registry), registry, as_json)


def history(folder: Path, limit: int, as_json: bool, **where: object) -> str:
    """What ran where: lines, or JSON."""
    with _opened(folder, **where) as registry:
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


@contextmanager
def _opened(folder: Path, **where: object) -> Iterator[Registry]:
    with opened(access(folder, **where)) as registry:
        yield registry


def _shown(events: list[Event], registry: Registry, as_json: bool) -> str:
    if as_json:
        refused = dict(sorted(registry.refused.items()))
        return json.dumps({"events": [told.as_dict(e) for e in events], "refused": refused}, indent=2)
    warned = [f"not believed: {why}" for _, why in sorted(registry.refused.items())]
    return "\n".join([*told.lines(events), *warned])


def _bring(folder: Path, registry: Registry, done: Published, where: Mapping[str, object]) -> None:
    """The new tag into the clone that one stands in, unless another repository was named."""
    root = clone_of(folder)
    if root is not None and where.get("repo") is None:
        refs = f"refs/tags/{done.name}:refs/tags/{done.name}"
        Repository(root).ask("fetch", "--quiet", "--no-tags", registry.access.url, refs)
