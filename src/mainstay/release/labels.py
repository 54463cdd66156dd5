"""Labels by which a code owner answers for what the gate may not decide. Who set one counts, and when."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from mainstay.refusal import Refusal

ACCEPT_INCONCLUSIVE = "accept-inconclusive"
ACKNOWLEDGE_RULER = "acknowledge-ruler"
OWNED = "params.yaml"
"""Who owns the gate's numbers answers for the gate."""
WRITES = ("admin", "maintain", "write")


@dataclass(frozen=True)
class Answered:
    """Whether a label counts, who set it, and why it counts or not, in a sentence."""

    label: str
    counts: bool
    by: str | None
    sentence: str


def answered(
    label: str,
    present: Collection[str],
    events: Iterable[Mapping[str, object]],
    since: str | None,
    owners: Collection[str],
    role_of: Callable[[str], str],
) -> Answered:
    """Whether `label` on a pull request counts.

    `present` are its labels, `events` those of its issue, oldest first, `since` the time (ISO 8601, UTC) before which
    none counts, `owners` logins in lower case. `role_of` is asked for the role of who set it last.
    """
    setting = None
    for event in events:
        if event.get("event") == "labeled" and (event.get("label") or {}).get("name") == label:
            setting = event
    if label not in present or setting is None:
        return Answered(label, False, None, f"`{label}` is not set")
    by, at = str((setting.get("actor") or {}).get("login")), str(setting.get("created_at"))
    if since is not None and _time(at) <= _time(since):
        return Answered(label, False, by, f"`{label}` was set at {at}, before the run began ({since}); set it anew")
    role = role_of(by)
    if role == "admin" or (by.lower() in owners and role in WRITES):
        return Answered(label, True, by, f"`{label}` was set by {by}")
    return Answered(label, False, by, f"`{label}` was set by {by} ({role}), who is no code owner of {OWNED}")


def _time(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
    except ValueError as error:
        raise Refusal(f"a label's or run's time: saw {text!r}, wanted ISO 8601 from GitHub") from error
