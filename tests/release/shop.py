"""A bare repository that tags are published at, and a clone that releases: no pipeline, no DVC, keys of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from branches import CONTRACT, RATES, Branches, model
from sandbox import git

from mainstay.model.file import Model
from mainstay.release import promoting, releasing
from mainstay.release.git import Repository
from mainstay.release.lock import MODEL, TEST
from mainstay.release.registry import Access, opened
from mainstay.release.releasing import EVALUATION, Wish
from mainstay.rows.judged import judged
from mainstay.rows.table import read_frame, write_json
from mainstay.serving.acceptance.replay import figures
from mainstay.trust.keys import Keys
from mainstay.trust.signers import load

REMOTE = "[core]\n    remote = near\n['remote \"near\"']\n    url = ../../remote\n"


@dataclass
class Shop:
    """`branch` is the clone; `push` stands for `dvc push`."""

    root: Path
    keys: Keys
    push: Callable[[Path], None] = print
    branch: Branches | None = None

    def start(self) -> Shop:
        clone = self.root / "clone"
        clone.mkdir(parents=True)
        git(self.root, "init", "--quiet", "--bare", "--initial-branch", "main", "origin.git")
        self.branch = Branches(clone).start().write(".dvc/config", REMOTE)
        git(clone, "remote", "add", "origin", self.url)
        return self.made(model(), "First model")

    def copy(self, to: Path) -> Shop:
        """The same in another folder; making one anew asks the gate again, which takes its time."""
        shutil.copytree(self.root, to, symlinks=True)
        git(to / "clone", "remote", "set-url", "origin", str(to / "origin.git"))
        return Shop(to, self.keys, branch=Branches(to / "clone"))

    @property
    def url(self) -> str:
        return str(self.root / "origin.git")

    @property
    def access(self) -> Access:
        return Access(self.url, load(self.keys.allowed_signers), self.keys, self.branch.root)

    def made(self, data: bytes, message: str) -> Shop:
        self.branch.make(data)
        return self.commit(message)

    def evaluated(self, threshold: float = 0.15) -> Shop:
        """With the figures that an evaluation of its model would have, which acceptance compares."""
        root = self.branch.root
        own, source, path = Model.load(root / MODEL), root / TEST, root / EVALUATION
        rows = judged(read_frame(source), own.contract, source)
        found = figures(rows.outcome, own.score(rows.frame), bins=10) | {"operating_point": threshold}
        write_json(json.loads(path.read_text()) | found, path)
        return self.commit("Figures")

    def commit(self, message: str) -> Shop:
        self.branch.commit(message)
        git(self.branch.root, "push", "--quiet", "origin", "HEAD:main")
        git(self.branch.root, "fetch", "--quiet", "origin")
        return self

    def better(self, note: str, **about) -> Shop:
        """A commit whose model scores the same and is other bytes."""
        return self.made(model(note=note, **about), note)

    def release(self, version=None, **wish):
        with opened(self.access) as registry:
            repository = Repository.at(self.branch.root)
            return releasing.release(registry, repository, Wish(version, **wish), self.push)

    def promote(self, version, channel):
        with opened(self.access) as registry:
            return promoting.promote(registry, version, channel, "it is better", "tester")

    def accept(self, version):
        with opened(self.access) as registry:
            return promoting.accept(registry, version, "runs as released", "tester")

    def ship(self, version) -> Shop:
        """Accepted and promoted to production."""
        self.accept(version)
        self.promote(version, "production")
        return self

    def roll_back(self, to=None, channel="production"):
        with opened(self.access) as registry:
            return promoting.roll_back(registry, channel, to, "it is worse", "tester")

    def serves(self, channel="production"):
        with opened(self.access) as registry:
            found = registry.serves(channel)
            return found.promotion.release if found else None

    def tags(self) -> list[str]:
        return git(self.root / "origin.git", "tag", "--list").split()


__all__ = ["CONTRACT", "RATES", "Shop", "model"]
