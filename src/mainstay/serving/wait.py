"""`mainstay wait`: until a server says of itself, at /release, that it runs a release; or until time is up."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path

from mainstay import params
from mainstay.refusal import Refusal
from mainstay.verdict import Verdict

PATH = "/release"
REQUEST_TIMEOUT_S = 10
MAX_BYTES = 1_000_000


def run(url: str, release: str, timeout_s: float, parameters: Path) -> Verdict:
    """Asks every `sync.poll_s` seconds: pass once the server at `url` runs `release`, fail when `timeout_s` is over.

    Behind a URL may be several, some of which are behind: it takes `sync.agreeing` answers in a row, each over a
    connection of its own. Raises Refusal where there is no URL to ask, which is never a pass.
    """
    if not url.startswith(("http://", "https://")):
        raise Refusal(f"URL: saw {url!r}, wanted http(s)://HOST of a server; is the variable of the repository set?")
    limits, until, agreed = params.load(parameters, "sync"), time.monotonic() + timeout_s, 0
    while True:
        runs, why = asked(url)
        agreed = agreed + 1 if runs == release else 0
        if agreed >= limits.agreeing:
            return Verdict("pass")
        if agreed:
            continue
        left_s = until - time.monotonic()
        if left_s <= 0:
            said = why or f"runs {runs}"
            return Verdict("fail", (f"{url}: {said}, wanted {release}, after {timeout_s:g} s; see `mainstay status`",))
        time.sleep(min(limits.poll_s, left_s))


def asked(url: str) -> tuple[str | None, str | None]:
    """The release that a server says it runs; or None, and why that cannot be told."""
    try:
        with urllib.request.urlopen(url.rstrip("/") + PATH, timeout=REQUEST_TIMEOUT_S) as answer:  # noqa: S310
            document = json.loads(answer.read(MAX_BYTES))
    except (OSError, ValueError) as error:
        return None, f"does not tell its release: {error}"
    release = document.get("release") if isinstance(document, dict) else None
    return (release, None) if isinstance(release, str) else (None, f"{PATH} names no release")
