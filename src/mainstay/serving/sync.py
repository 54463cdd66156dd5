"""`mainstay sync`: keeps a directory on what a channel names, poll after poll."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path

from mainstay.params import load
from mainstay.refusal import Refusal
from mainstay.serving import wake
from mainstay.serving.follow import Follow, Follower
from mainstay.serving.status import Status
from mainstay.serving.wake import Alarm
from mainstay.trust import signers

LOCK = "lock"


def once(follow: Follow) -> Status:
    """One poll. Raises Refusal where the directory or the list of signers is not fit for any."""
    with _alone(follow):
        return Follower(follow).poll()


def forever(follow: Follow, address: tuple[str, int] | None, say: Callable[[str], None]) -> None:
    """Polls until it is told to stop by SIGTERM; woken by SIGHUP and, at `address`, by a POST. Tells what changes."""
    with contextlib.ExitStack() as held:
        held.enter_context(_alone(follow))
        alarm = held.enter_context(contextlib.closing(Alarm(follow.limits.min_gap_s)))
        held.enter_context(wake.signals(alarm))
        if address:
            held.enter_context(wake.webhook(alarm, address))
        _poll(Follower(follow), alarm, say)


def _poll(follower: Follower, alarm: Alarm, say: Callable[[str], None]) -> None:
    told = None
    while True:
        status = follower.poll()
        if status.line != told:
            say(status.line)
            told = status.line
        woken = alarm.sleep(status.next_try_s)
        if woken == "stop":
            return
        if woken == "knock":
            follower.patience.forget()


@contextlib.contextmanager
def _alone(follow: Follow) -> Iterator[None]:
    """The directory for this syncer alone. A killed one leaves no lock behind: the system holds it, not the file."""
    signers.load(follow.allowed_signers)
    try:
        follow.directory.mkdir(parents=True, exist_ok=True)
        lock = (follow.directory / LOCK).open("w")
    except OSError as error:
        raise Refusal(f"{follow.directory}: cannot be written to: {error.strerror}; name another by --to") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refusal(f"{follow.directory}: another syncer keeps it; one directory, one syncer") from error
        yield


def address(text: str) -> tuple[str, int]:
    """The address in `HOST:PORT`. Raises Refusal."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise Refusal(f"--webhook: saw {text!r}, wanted HOST:PORT as 127.0.0.1:8090")
    return host, int(port)


def follow(params: Path, **given: object) -> Follow:
    """What the command line says, with the limits in section `sync` of params.yaml.

    A repository that is a folder here is told by its whole path, for git is run elsewhere.
    """
    folder = Path(given["repository"])
    whole = {"repository": str(folder.absolute())} if folder.is_dir() else {}
    return Follow(limits=load(params, "sync"), **(given | whole))
