"""A team that releases and a syncer that follows: repository, remote, keys and directory, all in one folder.

Releases are made by hand here, by the lower layers alone, so that each part of one can be made wrong.
"""

import hashlib
import subprocess
from pathlib import Path

import msgspec
from imports import ROOT
from shipped import digests, golden, model

from mainstay import params
from mainstay.serving.follow import Follow, Follower
from mainstay.trust import keys, signing, tag_object
from mainstay.trust.manifest import Earlier, File, Golden, Judged, Manifest, Promotion, message
from mainstay.trust.signers import role_for

LIMITS = msgspec.structs.replace(
    params.load(ROOT / "params.yaml", "sync"), poll_s=0.01, min_gap_s=0, max_backoff_s=0.01
)
"""Nothing is left alone for long, so that every poll of a test tries again."""


class Shipyard:
    """`origin` is bare, as a hosted repository is; `work` is where tags are made."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.origin, self.work = root / "origin.git", root / "work"
        self.remote, self.slots = root / "remote", root / "slots"
        self.keys = keys.make(root / "keys", "example.org")
        self.git(root, "init", "--quiet", "--bare", str(self.origin))
        self.git(root, "clone", "--quiet", str(self.origin), str(self.work))
        (self.work / ".dvc").mkdir()
        (self.work / ".dvc/config").write_text(f"[core]\n    remote = r\n['remote \"r\"']\n    url = {self.remote}\n")
        self.releases: dict[str, tuple[str, Manifest]] = {}
        self.counter, self.earlier = 0, {}

    def git(self, folder: Path, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, name: str) -> str:
        (self.work / "params.yaml").write_text(f"version: {name}\n")
        self.git(self.work, "add", "--all")
        self.git(self.work, "commit", "--quiet", "--allow-empty", "--message", name)
        return self.git(self.work, "rev-parse", "HEAD")

    def manifest(self, version: str, data: bytes, **changes) -> Manifest:
        plain = Manifest(
            release=version,
            model=File(path="data/model.onnx", **digests(data)),
            contract=File(path="data/contract.yaml", **digests(b"contract")),
            commit=self.commit(version),
            lock=hashlib.sha256(version.encode()).hexdigest(),
            gate=Judged(answer="pass", reasons=[], digests={}, champion=None, accepted_by=None),
            metrics={"roc_auc": 0.8},
            golden=[Golden(row=row, score=score) for row, score in golden(data)],
        )
        return msgspec.structs.replace(plain, **changes)

    def release(self, version: str, level: float, role: str = "release", store: bool = True, **changes) -> bytes:
        """Its model's bytes; `changes` are to the manifest, `role` is whose key signs."""
        data = model(level)
        manifest = self.manifest(version, data, **changes)
        if store:
            self.store(data)
        self.tag(f"churn@{version}", manifest.commit, message(manifest), role)
        self.releases[version] = self.id(f"churn@{version}"), manifest
        return data

    def store(self, data: bytes, named: bytes | None = None) -> Path:
        """Puts bytes into the remote, under the name of themselves or of others."""
        md5 = digests(named or data)["md5"]
        path = self.remote / "files/md5" / md5[:2] / md5[2:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def promote(self, version: str, channel: str = "production", role: str | None = None, **changes) -> str:
        """The next promotion; a rollback names the last one that promoted the release to the channel."""
        self.counter += 1
        tag_id, manifest = self.releases[version]
        plain = Promotion(
            kind="promote",
            channel=channel,
            counter=self.counter,
            release=version,
            tag=tag_id,
            why="asked for",
            by="ann",
        )
        promotion = msgspec.structs.replace(plain, **changes)
        name = f"churn#{channel}#{self.counter}"
        self.tag(name, manifest.commit, message(promotion), role or role_for(promotion))
        if promotion.kind == "promote":
            self.earlier[channel, version] = Earlier(counter=self.counter, tag=self.id(name))
        return name

    def rollback(self, version: str, channel: str = "production", **changes) -> str:
        return self.promote(
            version, channel, **{"kind": "rollback", "earlier": self.earlier[channel, version]} | changes
        )

    def tag(self, name: str, commit: str, text: str, role: str) -> None:
        signing.sign(self.work, name, commit, text, self.keys.of(role), epoch_s=1_700_000_000 + self.counter)
        self.push(name)

    def push(self, *refs: str, force: bool = False) -> None:
        how = ["--force"] if force else []
        self.git(self.work, "push", "--quiet", *how, str(self.origin), *(f"refs/tags/{r}:refs/tags/{r}" for r in refs))

    def move(self, ref: str, to: str) -> None:
        """Puts the object of one tag of the origin under the name of another."""
        self.git(self.origin, "update-ref", f"refs/tags/{ref}", self.git(self.origin, "rev-parse", f"refs/tags/{to}"))

    def raw(self, name: str) -> bytes:
        """A tag's object."""
        return subprocess.run(["git", "cat-file", "tag", name], cwd=self.work, capture_output=True, check=True).stdout

    def id(self, name: str) -> str:
        return tag_object.read(self.raw(name), name).id

    def follow(self, **changes) -> Follow:
        given = {"repository": str(self.origin), "channel": "production", "directory": self.slots, "remote": None}
        return Follow(**{**given, "allowed_signers": self.keys.allowed_signers, "limits": LIMITS} | changes)

    def follower(self, **changes) -> Follower:
        return Follower(self.follow(**changes))

    def running(self) -> bytes:
        return (self.slots / "current/model.onnx").read_bytes()
