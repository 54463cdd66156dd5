"""A repository of releases and promotions, every tag signed by the key of its role, or by the one that a test says."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import git

from mainstay.trust import keys
from mainstay.trust.manifest import Earlier, File, Golden, Judged, Manifest, Promotion, message
from mainstay.trust.signers import RELEASE, load, role_for
from mainstay.trust.signing import sign
from mainstay.trust.tags import Assignment, Release

SHA, MD5 = "a" * 64, "b" * 32


def manifest(release="v1.0.0", commit="c" * 40, **changes) -> Manifest:
    values = {
        "release": release,
        "model": File(path="data/model.onnx", sha256=SHA, md5=MD5, size=3),
        "contract": File(path="data/contract.yaml", sha256=SHA, md5=MD5, size=3),
        "commit": commit,
        "lock": SHA,
        "gate": Judged(answer="pass", reasons=[], digests={"candidate": SHA}, champion=None, accepted_by=None),
        "metrics": {"roc_auc": 0.8},
        "golden": [Golden(row={"tenure": 3, "plan": "monthly", "note": None}, score=0.25)],
    }
    return Manifest(**(values | changes))


def promotion(release="v1.0.0", channel="production", counter=1, kind="promote", tag="d" * 40, **changes) -> Promotion:
    values = {"kind": kind, "channel": channel, "counter": counter, "release": release, "tag": tag}
    return Promotion(**(values | {"why": "it is better", "by": "tester"} | changes))


def team(folder: Path) -> keys.Keys:
    """One set of keys for a whole test session; making them takes a tenth of a second."""
    return keys.Keys(folder) if folder.exists() else keys.make(folder)


@dataclass
class Tagged:
    """A repository with one commit more a release."""

    root: Path
    keys: keys.Keys
    clock: itertools.count = field(default_factory=lambda: itertools.count(1_700_000_000))
    promotions: dict[int, Promotion] = field(default_factory=dict)

    def start(self) -> Tagged:
        git(self.root, "init", "--quiet", "--initial-branch", "main")
        return self

    @property
    def signers(self):
        return load(self.keys.allowed_signers)

    def release(self, version, role=RELEASE, text=None, **changes) -> Tagged:
        git(self.root, "commit", "--quiet", "--allow-empty", "--message", version)
        commit = git(self.root, "rev-parse", "HEAD").strip()
        text = text or message(manifest(version, **({"commit": commit} | changes)))
        return self.tag(Release(version).name, commit, text, role)

    def promote(self, release, channel="production", counter=1, role=None, kind="promote", **changes) -> Tagged:
        commit = git(self.root, "rev-parse", f"{Release(release).name}^{{commit}}").strip()
        content = promotion(release, channel, counter, kind, self.id(Release(release).name), **changes)
        self.promotions[counter] = content
        return self.tag(Assignment(channel, counter).name, commit, message(content), role or role_for(content))

    def roll_back(self, release, counter, earlier, channel="production", **changes) -> Tagged:
        proof = Earlier(counter=earlier, tag=self.id(Assignment(channel, earlier).name))
        return self.promote(release, channel, counter, kind="rollback", **({"earlier": proof} | changes))

    def tag(self, name, commit, text, role) -> Tagged:
        if role is None:
            git(self.root, "tag", "--annotate", "--cleanup=verbatim", "--message", text, name, commit)
        else:
            sign(self.root, name, commit, text, self.keys.of(role), next(self.clock))
        return self

    def ref(self, name, to) -> Tagged:
        git(self.root, "update-ref", f"refs/tags/{name}", to)
        return self

    def id(self, name) -> str:
        return git(self.root, "rev-parse", f"refs/tags/{name}").strip()

    def fetch(self, name) -> bytes:
        return git(
            self.root, "cat-file", git(self.root, "cat-file", "-t", f"refs/tags/{name}").strip(), f"refs/tags/{name}"
        ).encode()

    def copy(self, to: Path) -> Tagged:
        shutil.copytree(self.root, to)
        return Tagged(to, self.keys, self.clock, dict(self.promotions))
