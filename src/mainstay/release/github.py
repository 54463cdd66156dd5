"""What the judge asks GitHub: GET requests only, so that a token that may read is enough."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

from mainstay.refusal import Refusal

TIMEOUT_S = 30
A_PAGE = 100
MAX_PAGES = 50
MAX_BYTES = 10_000_000


@dataclass(frozen=True)
class GitHub:
    """One repository's API. Every method raises Refusal where an answer cannot be had; none is taken for granted."""

    url: str
    repository: str
    token: str = field(repr=False)

    @staticmethod
    def of_job(environment: Mapping[str, str] = os.environ) -> GitHub:
        """The API as a job's environment names it. Raises Refusal where it does not."""
        names = ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN")
        absent = [name for name in names if not environment.get(name)]
        if absent:
            raise Refusal(f"{', '.join(absent)}: not set; this is for a job on GitHub that has a token")
        return GitHub(*(environment[name] for name in names))

    def get(self, path: str, **query: object) -> object:
        """The JSON at a path below the repository's own."""
        return self._json(path, query)

    def all(self, path: str) -> list[Mapping[str, object]]:
        """All elements of a list that GitHub gives page by page."""
        found: list[Mapping[str, object]] = []
        for page in range(1, MAX_PAGES + 1):
            some = self._json(path, {"per_page": A_PAGE, "page": page})
            if not isinstance(some, list):
                raise Refusal(f"{path}: saw {type(some).__name__}, wanted a list from GitHub")
            found += some
            if not some:
                return found
        raise Refusal(f"{path}: has more than {MAX_PAGES} pages; cannot be read to its end")

    def maybe(self, path: str) -> object | None:
        """The JSON at a path, or None where there is nothing."""
        text = self._read(path, {}, "application/vnd.github+json")
        return None if text is None else _parsed(path, text)

    def post(self, path: str, body: Mapping[str, object]) -> object:
        """What GitHub answers to JSON that makes something new."""
        asked = self._asked(self._at(path), "application/vnd.github+json", json.dumps(body).encode())
        return _parsed(path, self._answer(asked, path) or b"")

    def patch(self, path: str, body: Mapping[str, object]) -> object:
        """What GitHub answers to JSON that changes something."""
        asked = self._asked(self._at(path), "application/vnd.github+json", json.dumps(body).encode())
        asked.method = "PATCH"
        return _parsed(path, self._answer(asked, path) or b"")

    def upload(self, address: str, data: bytes) -> None:
        """Sends a file to an address that GitHub gave; it has to be GitHub's own, for it gets the token."""
        host = urllib.parse.urlsplit(address).hostname or ""
        own = urllib.parse.urlsplit(self.url).hostname or ""
        if host not in (own, own.replace("api.", "uploads.", 1)):
            raise Refusal(f"upload: saw {host!r}, wanted a host of {own}")
        asked = self._asked(address, "application/vnd.github+json", data)
        asked.add_header("Content-Type", "application/octet-stream")
        if self._answer(asked, "upload") is None:
            raise Refusal("upload: GitHub knows no such release (404); re-run the job")

    def file(self, path: str, commit: str) -> bytes | None:
        """A file as it is in a commit of the repository or of a pull request's fork; None where there is none."""
        return self._read(f"contents/{urllib.parse.quote(path)}", {"ref": commit}, "application/vnd.github.raw+json")

    def _json(self, path: str, query: Mapping[str, object]) -> object:
        text = self._read(path, query, "application/vnd.github+json")
        if text is None:
            raise Refusal(f"{path}: GitHub knows none (404), or the token may not read it; check `permissions:`")
        return _parsed(path, text)

    def _read(self, path: str, query: Mapping[str, object], kind: str) -> bytes | None:
        address = self._at(path)
        return self._answer(self._asked(f"{address}?{urllib.parse.urlencode(query)}" if query else address, kind), path)

    def _at(self, path: str) -> str:
        return f"{self.url}/repos/{self.repository}/{path}"

    def _asked(self, address: str, kind: str, data: bytes | None = None) -> urllib.request.Request:
        if not address.startswith(("https://", "http://127.0.0.1:")):
            raise Refusal(f"GITHUB_API_URL: saw {self.url}, wanted https://")
        return urllib.request.Request(  # noqa: S310  its scheme is checked above
            address,
            data,
            headers={"Accept": kind, "Authorization": f"Bearer {self.token}", "User-Agent": "mainstay"},
        )

    def _answer(self, asked: urllib.request.Request, path: str) -> bytes | None:
        """What is answered; None where there is nothing (404)."""
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310
                text = answer.read(MAX_BYTES + 1)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise Refusal(f"{path}: GitHub answered {error.code} {error.reason}; re-run the job") from error
        except OSError as error:
            raise Refusal(f"{path}: GitHub cannot be reached: {error}; re-run the job") from error
        if len(text) > MAX_BYTES:
            raise Refusal(f"{path}: has more than {MAX_BYTES} bytes")
        return text


def _parsed(path: str, text: bytes) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Refusal(f"{path}: GitHub's answer is no JSON: {error}") from error
