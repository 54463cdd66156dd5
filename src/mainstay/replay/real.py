"""The loop by the commands themselves: DVC runs the pipeline, tags are signed and pushed, a server answers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mainstay import params as numbers
from mainstay.monitoring.decide import Decision
from mainstay.replay.asking import Server, as_json, serving
from mainstay.replay.fast import Plan, Told
from mainstay.replay.figures import figures
from mainstay.replay.history import History, Month
from mainstay.replay.issues import Issues
from mainstay.replay.ledger import Event, Kind, Line
from mainstay.replay.policies import BAD, WATCHED
from mainstay.replay.sandbox import Done, Sandbox
from mainstay.replay.spoiled import break_join
from mainstay.replay.watching import KEY

MAKING = ("train", "evaluate", "stress")
"""The stages after the split."""

WAIVED = {
    "gate": {
        "max_margin": [1.0, 1.0],
        "min_margin": 1.0,
        "harm_alpha": 1e-12,
        "min_roc_auc": 0.0,
        "min_lift_top_decile": 0.0,
        "max_calibration_error": 1.0,
    },
    "stress": {"max_noise_shift": 1.0, "max_missing_auc_drop": 1.0, "max_unseen_shift": 1.0, "direction_share": 0.0},
}
"""How a bad release slips through a gate: somebody merged numbers that let everything pass."""

QUIET = {"load_connections": 4, "load_requests": 100, "max_p99_ms": 10_000.0}
"""Acceptance's load: whoever replays is at work on the same machine."""


@dataclass
class Loop:
    """One team's months. `labels` is version -> month that its model was made in, `issues` what the watch has told."""

    sandbox: Sandbox
    history: History
    due: Callable[[int], bool]
    slips: frozenset[int]
    labels: dict[str, str]
    staging: Server
    current: str | None = None
    issues: Issues = field(default_factory=Issues)

    @property
    def live(self) -> Path:
        """Where the production syncer lays what the server runs."""
        return self.sandbox.root / "production"

    def events(self, month: Month) -> Iterator[Event]:
        """What happens at the start of a month: new rows, the watch, a candidate, and what slips through."""
        self.sandbox.at(month.starts_on)
        self.sandbox.settings({"simulate": {"months": month.number}})
        made = self.sandbox.run("dvc", "repro")
        asked = False
        if self.current:
            watched = list(self._watched(month))
            asked = self._asks_for_a_model
            yield from watched
        if self.due(month.number) or asked or self.current is None:
            yield self._candidate(month, made)
        self._put_back()
        if month.number in self.slips and self.current:
            yield self._slip(month)

    def _watched(self, month: Month) -> Iterator[Event]:
        decided = self._watch(month)
        self._asks_for_a_model = decided.action == "retrain"
        if decided.action == "rollback":
            self.sandbox.must("mainstay", "rollback", "production", "--only-from", self.current, "--why", decided.why)
            self._follow(decided.to)
        if decided.action != "nothing" and (decided.action == "rollback" or not self.issues.has(decided)):
            yield self._event(month, decided.action, self._readable(decided.why), decided.to)
        self.issues = self.issues.after(decided)

    def _watch(self, month: Month) -> Decision:
        """What `mainstay watch` decides, by its report."""
        root, raw = self.sandbox.root, self.sandbox.project / "data/raw"
        self.sandbox.must("mainstay", "lineup", "production", "--to", str(root / "lineup"))
        outcomes = self.history.contract.outcome.table or "customers"
        done = self.sandbox.run(
            *("mainstay", "watch", "--log", str(root / "log"), "--outcomes", str(raw / outcomes)),
            *(
                "--lineup",
                str(root / "lineup"),
                "--key-file",
                str(root / "log-key"),
                "--state",
                str(root / "watch.json"),
            ),
            *("--to", str(root / "reports"), "--as-of", str(month.starts_on)),
            *("--treated", str(raw / "customers"), "--reference", str(root / f"learned/{self.current}.parquet")),
        )
        if done.code == 2:
            return Decision("page", "watch", done.why, "unknown")
        report = json.loads((root / "reports/watch.json").read_text(encoding="utf-8"))
        return Decision(**report["decision"] | {"named": tuple(report["decision"]["named"])})

    def _candidate(self, month: Month, made: Done) -> Event:
        """Released where the gate passes it, or why not."""
        if made.code != 0:
            return self._event(month, "stopped", made.why)
        self.sandbox.commit(f"Rows of {month.label}")
        return self._released(month, month.label, "release")

    def _released(self, month: Month, label: str, kind: Kind) -> Event:
        done = self.sandbox.run("mainstay", "release")
        if done.code != 0:
            self.sandbox.must("git", "reset", "--quiet", "--hard", "HEAD~1")
            return self._event(month, "kept", done.why.removeprefix("mainstay: the gate says "))
        version = done.out.split("@")[1].split(":")[0]
        if version in self.labels:
            return self._event(month, "kept", "no change")
        self.labels[version] = label
        self._keep_rows(version)
        self.sandbox.must("git", "push", "--quiet", "origin", "HEAD:main")
        self._promote(version)
        sentence = json.loads((self.sandbox.project / "reports/gate.json").read_text(encoding="utf-8"))["sentence"]
        return self._event(month, kind, sentence, version)

    def _promote(self, version: str) -> None:
        """To staging, accepted there, to production."""
        self.sandbox.must("mainstay", "promote", version, "staging")
        staging = self.sandbox.root / "staging"
        self._sync("staging", staging)
        self.staging.wait_for(version)
        self.sandbox.must(
            "mainstay", "accept", self.staging.url, "--release", version, "--copy", str(staging / "current")
        )
        self.sandbox.must("mainstay", "promote", version, "production")
        self._follow(version)

    def _follow(self, version: str) -> None:
        self._sync("production", self.live)
        self.current = version

    def _sync(self, channel: str, to: Path) -> None:
        box = self.sandbox
        remote = box.project / ".embedded/dvc"
        where = ("--repo", str(box.origin), "--allowed-signers", str(box.signers), "--remote", str(remote))
        box.must("mainstay", "sync", *where, "--channel", channel, "--to", str(to), "--once")

    def _slip(self, month: Month) -> Event:
        """Past the gate, whose numbers somebody waived: trained after a broken join."""
        box, data = self.sandbox, self.sandbox.project / "data"
        box.settings({"simulate": {"months": month.number}, **WAIVED})
        box.must("dvc", "repro", "split")
        (data / "train.parquet").chmod(0o644)
        seed = numbers.load(box.project / "params.yaml", "train").seed
        break_join(data / "train.parquet", self.history.contract, seed)
        box.must("dvc", "commit", "--force", "split")
        box.must("dvc", "repro", *MAKING, "--single-item")
        box.commit("Waive the gate")
        event = self._released(month, f"{month.label}{BAD}", "bad release")
        box.must("git", "revert", "--no-edit", "HEAD")
        return event

    def _keep_rows(self, version: str) -> None:
        kept = self.sandbox.root / f"learned/{version}.parquet"
        kept.parent.mkdir(exist_ok=True)
        shutil.copy2(self.sandbox.project / "data/train.parquet", kept)

    def _put_back(self) -> None:
        """The clone as it was last committed: what was not released was not merged either."""
        self.sandbox.must("git", "checkout", "--quiet", "--", ".")

    def _readable(self, text: str) -> str:
        for version, label in sorted(self.labels.items(), reverse=True):
            text = text.replace(version, label)
        return text

    def _event(self, month: Month, kind: Kind, why: str, version: str | None = None) -> Event:
        return Event(month.number, WATCHED, kind, self._readable(why), self.labels.get(version) if version else None)


def lived(sandbox: Sandbox, history: History, plan: Plan) -> Iterator[Told]:
    """The policy's months in order, its rows sent to a server."""
    root, params = sandbox.root, sandbox.project / "params.yaml"
    sandbox.settings({"accept": QUIET})
    sandbox.commit("Spare the machine")
    (root / "log-key").write_text(f"{KEY.hex()}\n", encoding="ascii")
    at_once, campaign = numbers.load(params, "serve").max_rows, numbers.load(params, "profit")
    logged = ("--log", str(root / "log"), "--key-file", str(root / "log-key"))
    with serving(sandbox, root / "staging") as staging, serving(sandbox, root / "production", *logged) as server:
        loop = Loop(sandbox, history, plan.due, plan.slips, {}, staging)
        for month in (history.month(number) for number in plan.months):
            told = tuple(loop.events(month))
            score = _scores(server, loop, month, at_once)
            found = None if score is None else figures(month, score, history.contract, campaign)
            yield Line(month.number, WATCHED, loop.labels.get(loop.current), found), told


def _scores(server: Server, loop: Loop, month: Month, at_once: int) -> np.ndarray | None:
    if loop.current is None:
        return None
    server.wait_for(loop.current)
    return server.scores(as_json(month.rows, loop.history.contract), at_once)
