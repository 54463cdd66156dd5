"""`mainstay up` and `down`: this commit's model released, accepted and served here, in staging and in production."""

from __future__ import annotations

import fcntl
import getpass
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mainstay import accepting
from mainstay.accepting import Asked
from mainstay.laptop import registry, told
from mainstay.laptop.channel import Channel
from mainstay.laptop.place import CHANNELS, FOLDER, Place
from mainstay.refusal import Refusal
from mainstay.release import registering, releasing
from mainstay.release.access import opened_at
from mainstay.release.git import Repository
from mainstay.release.releasing import Wish
from mainstay.trust.tags import PRODUCTION, STAGING

WHY = "mainstay up"


def up(folder: Path, ports: Mapping[str, int | None], say: Callable[[str], None]) -> None:
    """Brings up what does not run, and says what does. Raises Refusal where a step fails; what ran goes on."""
    clone, place = _found(folder)
    place.root.mkdir(parents=True, exist_ok=True)
    with _alone(place):
        registry.make(place)
        staging, production = (Channel(name, place, clone) for name in CHANNELS)
        if _serves(clone, place, STAGING) is None:
            _staged(clone, place, say)
        staging.start(ports[STAGING])
        if _serves(clone, place, PRODUCTION) is None:
            _accepted(clone, place, staging, say)
        production.start(ports[PRODUCTION])
        say(told.running(clone, place, [staging, production]))


def down(folder: Path, say: Callable[[str], None]) -> None:
    """Stops all that runs; releases and tags stay, and `up` goes on with them."""
    clone, place = _found(folder)
    if not place.root.exists():
        say("nothing runs")
        return
    with _alone(place):
        ended = [f"{name} ({', '.join(jobs)})" for name in CHANNELS if (jobs := Channel(name, place, clone).stop())]
    say(f"stopped {' and '.join(ended)}" if ended else "nothing runs")
    say(f"releases are kept in {place.root}; remove it to begin anew")


def _found(folder: Path) -> tuple[Path, Place]:
    clone = Repository.at(folder).root
    return clone, Place(clone / FOLDER)


def _staged(clone: Path, place: Place, say: Callable[[str], None]) -> None:
    """A release of this commit, if there is none, in staging."""
    with opened_at(clone, **place.where) as known:
        newest = known.newest_release()
    if newest is None:
        say(releasing.run(clone, Wish(), None, str(place.remote), **place.where))
        with opened_at(clone, **place.where) as known:
            newest = known.newest_release()
    say(registering.promote(clone, newest.manifest.release, STAGING, WHY, getpass.getuser(), **place.where))


def _accepted(clone: Path, place: Place, staging: Channel, say: Callable[[str], None]) -> None:
    """What staging runs, in production, once it is accepted. Raises Refusal where it is not."""
    version = _serves(clone, place, STAGING)
    say(f"accepting {version} at {staging.url}")
    asked = Asked(staging.url, version, STAGING, None, None, None, str(place.remote), place.root / "acceptance.json")
    verdict, lines = accepting.run(clone, asked, clone / "params.yaml", getpass.getuser(), **place.where)
    say("\n".join(lines))
    if verdict.answer != "pass":
        raise Refusal(f"{asked.to}: {version} is not accepted: {verdict.reasons[0]}")
    say(registering.promote(clone, version, PRODUCTION, WHY, getpass.getuser(), **place.where))


def _serves(clone: Path, place: Place, channel: str) -> str | None:
    with opened_at(clone, **place.where) as known:
        event = known.serves(channel)
    return event.promotion.release if event else None


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """One `up` or `down` at a time; another one waits."""
    with place.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
