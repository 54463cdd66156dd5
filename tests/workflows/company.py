"""A team's finished repository with branches to judge, made once; and what GitHub does when one is pushed."""

import fcntl
import itertools
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import act
import sandbox
from loopback_github import REPOSITORY, GitHub

SIZE = {
    "simulate": {"customers": 1200, "joiners_a_month": 60, "months": 10},
    "evaluate": {"resamples": 50, "permutations": 1},
    "stress": {"rows": 300, "direction_share": 0.0, "max_missing_auc_drop": 0.5, "max_unseen_shift": 0.5},
    "gate": {
        "max_margin": [0.03, 0.002],
        "harm_alpha": 0.000001,
        "resamples": 200,
        "min_roc_auc": 0.5,
        "min_lift_top_decile": 1.0,
    },
    "accept": {"load_requests": 400, "max_p99_ms": 5000.0},
}
BOOSTING = {"learning_rate": 0.05, "max_leaf_nodes": 8, "max_features": 0.3, "min_samples_leaf": 50, "l2": 5.0}


def boosting(max_iter: int, **more) -> dict:
    return {
        "model": "boosting",
        "folds": {"undated": 2, "dated": 2},
        "boosting": BOOSTING | {"max_iter": max_iter} | more,
    }


CHAMPION = {"train": boosting(25)}
BRANCHES = {
    "improving": {"train": {"model": "blend"}},
    "worse": {"train": boosting(1, max_leaf_nodes=2)},
    "close": {"train": boosting(9)},
    "ruler": {"train": {"model": "blend"}, "profit": {"contact_share": 0.12}},
}
"""Branch -> what it changes in params.yaml, built and committed as its author would."""

SAVED = "dvc-Linux-before"
"""The key of what CI has in its cache."""

PUSHED_AT = "2026-03-01T10:00:00Z"
LATER = "2026-03-01T11:00:00Z"
EARLIER = "2026-03-01T09:00:00Z"


@dataclass
class Company:
    """The repository of the team (forks' commits too), what CI caches, and runs so far."""

    origin: Path
    caches: Path
    scratch: Path
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def sha(self, revision: str) -> str:
        return sandbox.git(self.origin, "rev-parse", revision).strip()

    def push(self, branch: str, onto: str, files: dict[str, str], to: str | None = None) -> str:
        """A commit with changed files on a branch of its own, or on the ref `to`, as a fork's; its id."""
        clone = self._clone(onto)
        for name, text in files.items():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_text(text)
        sandbox.git(clone, "add", "--all")
        sandbox.git(clone, "commit", "--quiet", "--message", f"Change {', '.join(files)}")
        sandbox.git(clone, "push", "--quiet", str(self.origin), f"HEAD:{to or f'refs/heads/{branch}'}")
        return sandbox.git(clone, "rev-parse", "HEAD").strip()

    def build(self, branch: str, changes: dict[str, dict]) -> None:
        """A branch that changes params.yaml, built and committed as its author would, its results in CI's cache."""
        clone = self._clone("main")
        (clone / ".venv").symlink_to(Path(sys.prefix))
        _add(self.caches / SAVED, clone / ".dvc/cache")
        sandbox.set_params(clone, changes)
        _commit(clone, branch)
        sandbox.git(clone, "push", "--quiet", str(self.origin), f"HEAD:refs/heads/{branch}")
        _add(clone / ".dvc/cache", self.caches / SAVED)

    def report(self, pull: dict) -> tuple[int, act.Ran]:
        """The run of report.yaml that a push starts, by the branch's own file; its number, and how it went."""
        event = {"pull_request": pull, "number": pull["number"], "repository": _repository()}
        number = next(self.numbers)
        return number, self._run(pull["head"]["sha"], "report", "pull_request", event, number)

    def judge(self, github: GitHub, pull: dict, run: int, conclusion: str = "success", **run_of: object) -> act.Ran:
        """The run of judge.yaml that follows, by the default branch's file."""
        head = pull["head"]
        told = {"id": run, "event": "pull_request", "conclusion": conclusion, "created_at": PUSHED_AT} | run_of
        told |= {"head_sha": head["sha"], "head_branch": head["ref"], "head_repository": head["repo"]}
        event = {"workflow_run": told, "repository": _repository(), "action": "completed"}
        return self._run("main", "judge", "workflow_run", event, next(self.numbers), **_api(github))

    def release(self, github: GitHub, settings: act.Settings) -> act.Ran:
        """The run of release.yaml that a push to the default branch starts."""
        event = {"ref": "refs/heads/main", "repository": _repository(), "after": self.sha("main")}
        return self._run("main", "release", "push", event, next(self.numbers), settings, **_api(github))

    def roll_back(self, github: GitHub, settings: act.Settings, **inputs: str) -> act.Ran:
        """The run of rollback.yaml that somebody starts by hand."""
        event = {"inputs": inputs, "repository": _repository(), "ref": "refs/heads/main"}
        return self._run("main", "rollback", "workflow_dispatch", event, next(self.numbers), settings, **_api(github))

    def retrain(self, github: GitHub, settings: act.Settings, why: str) -> act.Ran:
        """The run of retrain.yaml that somebody starts by hand."""
        event = {"inputs": {"why": why}, "repository": _repository(), "ref": "refs/heads/main"}
        return self._run("main", "retrain", "workflow_dispatch", event, next(self.numbers), settings, **_api(github))

    def watch(self, github: GitHub, settings: act.Settings, **environment: str) -> act.Ran:
        """The run of watch.yaml that the clock starts."""
        event = {"repository": _repository(), "ref": "refs/heads/main"}
        about = _api(github) | environment
        return self._run("main", "watch", "schedule", event, next(self.numbers), settings, **about)

    def artifact(self, run: int) -> Path:
        return self.scratch / "artifacts" / str(run) / "candidate"

    def hand_over(self, run: int) -> int:
        """A copy of what a run handed over, as if another run had; its number. Tests tamper with it."""
        number = next(self.numbers)
        shutil.copytree(self.artifact(run), self.artifact(number))
        return number

    def with_main(self, files: dict[str, str]) -> "Company":
        """The same, but for a commit on its default branch."""
        number = next(self.numbers)
        origin = self.scratch / f"origin-{number}"
        sandbox.git(self.scratch, "clone", "--quiet", "--bare", "--shared", str(self.origin), str(origin))
        other = Company(origin, self.caches, self.scratch, self.numbers)
        other.push("main", "main", files)
        return other

    def _run(
        self,
        revision: str,
        workflow: str,
        name: str,
        event: dict,
        number: int,
        settings: act.Settings = act.NONE,
        **environment: str,
    ) -> act.Ran:
        clone, scratch = self._clone(revision), self.scratch / f"run-{number}"
        scratch.mkdir()
        (scratch / "gitconfig").write_text(f'[url "{self.origin}"]\n insteadOf = https://github.com/{REPOSITORY}\n')
        try:
            return act.run(
                clone, workflow, name, event, scratch, settings,
                RUN_NUMBER=str(number), ORIGIN=str(self.origin), CACHES=str(self.caches),
                ARTIFACTS=str(self.scratch / "artifacts"), **environment,
            )  # fmt: skip
        finally:
            shutil.rmtree(scratch)

    def _clone(self, revision: str) -> Path:
        clone = self.scratch / f"clone-{next(self.numbers)}"
        sandbox.git(self.scratch, "clone", "--quiet", "--shared", "--no-checkout", str(self.origin), str(clone))
        sandbox.git(clone, "fetch", "--quiet", "origin", "+refs/pull/*:refs/remotes/pull/*")
        sandbox.git(clone, "checkout", "--quiet", "--detach", self.sha(revision))
        sandbox.git(clone, "remote", "set-url", "origin", f"https://github.com/{REPOSITORY}")
        return clone


def _api(github: GitHub) -> dict[str, str]:
    return {"GITHUB_API_URL": github.url, "LOOPBACK_GITHUB": github.url}


def _repository() -> dict:
    owner, name = REPOSITORY.split("/")
    return {"full_name": REPOSITORY, "name": name, "owner": {"login": owner}, "default_branch": "main"}


def found(shared: Path) -> tuple[Path, Path]:
    """The finished repository and CI's caches below `shared`, built by whichever test process comes first."""
    origin, caches = shared / "company/origin", shared / "company/caches"
    with _locked(shared / "company.lock"):
        if not (shared / "company/done").exists():
            _build(origin, caches)
            (shared / "company/done").touch()
    return origin, caches


def _build(origin: Path, caches: Path) -> None:
    params = {section: SIZE.get(section, {}) | CHAMPION.get(section, {}) for section in SIZE | CHAMPION}
    sandbox.clone(origin, params)
    (origin / ".github/CODEOWNERS").write_text("/params.yaml @olga @acme/modellers\n")
    _commit(origin, "First run")
    for branch, changes in BRANCHES.items():
        sandbox.git(origin, "switch", "--quiet", "--create", branch, "main")
        sandbox.set_params(origin, changes)
        _commit(origin, branch)
    sandbox.git(origin, "switch", "--quiet", "main")
    _add(origin / ".dvc/cache", caches / SAVED)


def _commit(origin: Path, message: str) -> None:
    sandbox.git(origin, "add", "--all")  # before DVC writes the index, and hides a change of the same second and size
    sandbox.repro(origin)
    sandbox.git(origin, "add", "--all")
    sandbox.git(origin, "commit", "--quiet", "--message", message)


def _add(cache: Path, to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "--archive", "--no-clobber", f"{cache}/.", str(to)], check=True)


@contextmanager
def _locked(path: Path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def shared_folder(tmp_path_factory) -> Path:
    """One for all processes of a test run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
