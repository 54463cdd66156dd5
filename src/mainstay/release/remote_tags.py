"""Tags of a remote repository, read without a clone: one call lists them, one more brings those that are asked for."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.trust.tags import ARTIFACT

PEELED = "^{}"
TIMEOUT_S = 60
BATCH = 500
"""Tags named in one call of git: a command line ends somewhere."""
PASSWORD = re.compile(r"(?<=://)[^/@\s]*@")


@dataclass(frozen=True)
class Listed:
    """What the remote lists: tag name -> id of its object, and -> the commit that it points at."""

    ids: Mapping[str, str]
    commits: Mapping[str, str]


@dataclass
class Scratch:
    """A bare repository for a moment, in which tags are fetched and made: no clone is left with a wrong one."""

    root: Path
    url: str
    _read: dict[str, bytes] = field(default_factory=dict)

    def listed(self) -> Listed:
        """All tags of the artifact. Raises Refusal where git cannot ask the remote."""
        text = self.git("ls-remote", "--tags", "--", self.url, f"refs/tags/{ARTIFACT}@*", f"refs/tags/{ARTIFACT}#*")
        pairs = [line.split("\t", 1) for line in text.splitlines()]
        found = {ref.removeprefix("refs/tags/"): id for id, ref in pairs}
        ids = {name: id for name, id in found.items() if not name.endswith(PEELED)}
        return Listed(ids, {name: found.get(name + PEELED, id) for name, id in ids.items()})

    def fetch(self, names: Iterable[str]) -> None:
        """Brings tags, and the commits that they point at without their history. Raises Refusal."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._read]
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            refs = [f"+refs/tags/{name}:refs/tags/{name}" for name in part]
            self.git("fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--", self.url, *refs)
            self._read |= self._objects(part)

    def raw(self, name: str) -> bytes:
        """The object that a tag's ref leads to, as git stores it."""
        self.fetch([name])
        return self._read[name]

    def made(self, name: str) -> bytes:
        """The tag that was just made here."""
        return self._objects([name])[name]

    def drop(self, name: str) -> None:
        """Forgets a tag, so that it is made or fetched anew."""
        self._read.pop(name, None)
        self._run(["update-ref", "-d", f"refs/tags/{name}"])

    def _objects(self, names: Iterable[str]) -> dict[str, bytes]:
        names = list(names)
        asked = "".join(f"refs/tags/{name}\n" for name in names).encode()
        out = self._run(["cat-file", "--batch"], asked).stdout
        found, at = {}, 0
        for name in names:
            end = out.index(b"\n", at)
            size = int(out[at:end].split()[2])
            found[name], at = out[end + 1 : end + 1 + size], end + 2 + size
        return found

    def git(self, *arguments: str) -> str:
        """What git prints. Raises Refusal with its own words where it fails."""
        done = self._run(arguments)
        if done.returncode:
            said = " ".join(done.stderr.decode("utf-8", "replace").split())[-400:]
            raise Refusal(
                f"{shown(self.url)}: git {arguments[0]} failed: {PASSWORD.sub('', said) or f'exit {done.returncode}'}"
            )
        return done.stdout.decode("utf-8", "replace")

    def push(self, name: str) -> tuple[str | None, str]:
        """Pushes a tag, never over another one. Why it did not go (None where it did), and what git printed."""
        refs = f"refs/tags/{name}:refs/tags/{name}"
        done = self._run(["push", "--porcelain", "--", self.url, refs])
        out = done.stdout.decode("utf-8", "replace")
        return (_said(done) + " " + out if done.returncode else None), out

    def _run(self, arguments: Iterable[str], given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        environment = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
        try:
            return subprocess.run(  # noqa: S603
                ["git", *arguments],  # noqa: S607
                cwd=self.root,
                env=environment,
                input=given,
                capture_output=True,
                check=False,
                timeout=TIMEOUT_S,
            )
        except OSError as error:
            raise Refusal(f"git: cannot be run: {error.strerror}; install it") from error
        except subprocess.TimeoutExpired as error:
            raise Refusal(f"{shown(self.url)}: git did not answer within {TIMEOUT_S} s; try again") from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    words = " ".join(done.stderr.decode("utf-8", "replace").split())
    return PASSWORD.sub("", words)[-400:] or f"exit {done.returncode}"


def shown(url: str) -> str:
    """The URL without a name or password in it."""
    return PASSWORD.sub("", url)


@contextmanager
def scratch(url: str, objects_of: Path | None = None) -> Iterator[Scratch]:
    """A scratch repository beside a remote, gone when the block ends.

    `objects_of` is the root of a clone whose commits may be tagged before the remote has them.
    """
    with tempfile.TemporaryDirectory(prefix="mainstay-tags-") as folder:
        own = Scratch(Path(folder), url)
        own.git("init", "--quiet", "--bare")
        if objects_of is not None:
            _borrow(own, objects_of)
        yield own


def _borrow(own: Scratch, clone: Path) -> None:
    common = own.git("-C", str(clone), "rev-parse", "--path-format=absolute", "--git-common-dir").strip()
    alternates = own.root / "objects/info/alternates"
    alternates.write_text(f"{common}/objects\n", encoding="utf-8")
    shallow = Path(common) / "shallow"
    if shallow.is_file():
        (own.root / "shallow").write_bytes(shallow.read_bytes())
