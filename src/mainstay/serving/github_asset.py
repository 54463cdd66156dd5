"""The model as an asset of a GitHub Release, where the repository is on GitHub."""

from __future__ import annotations

import json
import os
import re
import urllib.parse
import urllib.request
from collections.abc import Mapping

from mainstay.trust.fetch import Source

ASSET = "model.onnx"
MAX_LISTING_BYTES = 10_000_000
SOCKET_TIMEOUT_S = 20

_URL = re.compile(
    r"(?:https://(?:[^@/]*@)?|ssh://git@|git@)(?P<host>[A-Za-z0-9.-]*github[A-Za-z0-9.-]*)(?::[0-9]+)?[/:]"
    r"(?P<repository>[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+?)(?:\.git)?/?"
)


def source(repository: str, tag: str, environment: Mapping[str, str] = os.environ) -> Source | None:
    """The asset of the release of a tag; None where `repository` is no URL of a GitHub.

    GITHUB_TOKEN is needed for a private repository, GITHUB_API_URL for an API that is elsewhere.
    """
    found = _URL.fullmatch(repository)
    if found is None:
        return None
    usual = "https://api.github.com" if found["host"] == "github.com" else f"https://{found['host']}/api/v3"
    api = environment.get("GITHUB_API_URL", usual)
    url = f"{api}/repos/{found['repository']}/releases/tags/{urllib.parse.quote(tag, safe='')}"
    return Source(f"{ASSET} of {url}", lambda limit: _read(api, url, environment.get("GITHUB_TOKEN"), limit))


def _read(api: str, url: str, token: str | None, limit: int) -> bytes:
    listing = json.loads(_get(url, token, "application/vnd.github+json", MAX_LISTING_BYTES))
    assets = [asset["url"] for asset in listing["assets"] if asset["name"] == ASSET]
    if not assets:
        raise FileNotFoundError(url)
    if not assets[0].startswith(f"{api}/"):
        raise ValueError(f"{assets[0]!r} is not below {api}, and would get the token")
    return _get(assets[0], token, "application/octet-stream", limit)


def _get(url: str, token: str | None, kind: str, limit: int) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": kind})  # noqa: S310 below the API's own address
    if token:  # not sent on to where GitHub keeps its assets
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=SOCKET_TIMEOUT_S) as answer:  # noqa: S310
        return answer.read(limit)
