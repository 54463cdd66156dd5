"""A branch's files packed, handed over and received, as the two workflows do; against a GitHub on the loopback."""

import json

import pytest
from imports import ROOT
from loopback_github import GitHub as Loopback
from loopback_github import serving
from sandbox import git
from test_artifact import FILES, lock_of

from mainstay.refusal import Refusal
from mainstay.release import reception
from mainstay.release.github import GitHub
from mainstay.release.pack import pack
from mainstay.release.receive import receive

LATER = "2026-03-01T11:00:00Z"


def write(folder, files):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


class Project:
    """A clone of the default branch, a branch's commit with its results, and what its run handed over."""

    def __init__(self, tmp_path):
        self.root, self.handed, self.event = tmp_path / "base", tmp_path / "handed", tmp_path / "event.json"
        self.params = (ROOT / "params.yaml").read_bytes()
        write(self.root, {"params.yaml": self.params, ".gitignore": b"/data/*.onnx\n", "metrics/old.json": b"{}"})
        write(self.root, {".github/CODEOWNERS": b"/params.yaml @olga\n", "metrics/evaluation.json": b"{1}"})
        git(self.root, "init", "--quiet", "--initial-branch", "main")
        self._commit("Base")
        self._branch(FILES | {"params.yaml": self.params + b"# changed\n"})

    def _branch(self, files):
        git(self.root, "switch", "--quiet", "--create", "better")
        write(self.root, {n: d for n, d in files.items() if n != "pull_request.json"} | {"dvc.lock": lock_of(files)})
        self.head = self._commit("Better")
        self.event.write_text(json.dumps({"pull_request": {"number": 7}}))
        self.packed = pack(self.root, self.handed, self.event)
        git(self.root, "switch", "--quiet", "main")
        (self.root / "data/model.onnx").write_bytes(b"the champion")

    def _commit(self, message):
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--message", message)
        return git(self.root, "rev-parse", "HEAD").strip()

    def told(self, **changed):
        """The event of judge.yaml."""
        run = {"event": "pull_request", "conclusion": "success", "created_at": "2026-03-01T10:00:00Z"}
        run |= {"head_sha": self.head, "head_branch": "better", "head_repository": {"full_name": "acme/churn"}}
        self.event.write_text(
            json.dumps(
                {"workflow_run": run | changed, "repository": {"full_name": "acme/churn", "default_branch": "main"}}
            )
        )
        return self


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path).told()


@pytest.fixture
def loopback(project):
    with serving(Loopback(project.root, roles={"olga": "write"})) as server:
        server.open_pull(7, "better", project.head)
        yield server


@pytest.fixture
def take(project, loopback):
    return lambda: receive(project.root, project.handed, project.event, GitHub(loopback.url, "acme/churn", "fake"))


def test_a_candidate_is_laid_over_the_base_s_code(project, take):
    assert take().number == 7
    assert (project.root / "data/model.onnx").read_bytes() == FILES["data/model.onnx"]
    assert (project.root / "params.yaml").read_bytes().endswith(b"# changed\n")
    assert (project.root / "metrics/evaluation.json").read_bytes() == b"{}"
    assert not (project.root / "metrics/old.json").exists(), "no figure of the champion passes for the candidate's"
    assert not (project.root / "pull_request.json").exists()


def test_labels_are_those_on_the_pull_request(loopback, take):
    assert not any(answer.counts for answer in take().answers)
    loopback.label(7, "acknowledge-ruler", "olga", LATER)
    assert [answer.counts for answer in take().answers] == [False, True]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"event": "push"}, "started by push"),
        ({"event": "workflow_dispatch"}, "started by workflow_dispatch"),
        ({"conclusion": "failure"}, "ended with failure"),
        ({"head_sha": "b" * 40}, "head commit"),
        ({"head_branch": "other"}, "head branch"),
        ({"event": "merge_group"}, "the merge queue tried None"),
        ({"event": "merge_group", "head_branch": f"gh-readonly-queue/main/pr-8-{'c' * 40}"}, "the merge queue tried 8"),
    ],
)
def test_a_run_that_is_not_of_the_pull_request_is_refused_and_nothing_written(project, take, changed, said):
    project.told(**changed)
    with pytest.raises(Refusal, match=said):
        take()
    assert git(project.root, "status", "--porcelain") == ""
    assert (project.root / "data/model.onnx").read_bytes() == b"the champion"


def test_a_file_tampered_with_is_refused(project, take):
    (project.handed / "params.yaml").write_bytes(project.params)
    with pytest.raises(Refusal, match=r"params\.yaml: that of the run is not the one committed"):
        take()


def test_a_merge_queue_s_entry_is_received(project, take):
    project.told(event="merge_group", head_branch=f"gh-readonly-queue/main/pr-7-{'c' * 40}")
    assert take().number == 7


def test_the_job_s_outputs_hold_number_and_labels(project, loopback, tmp_path, monkeypatch):
    loopback.label(7, "accept-inconclusive", "olga", LATER)
    for name, value in {"API_URL": loopback.url, "REPOSITORY": "acme/churn", "TOKEN": "fake"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    said = reception.run(project.root, project.handed, project.event, tmp_path / "output")
    assert "accept-inconclusive was set by olga" in said
    assert (tmp_path / "output").read_text().split() == [
        "number=7",
        f"head={project.head}",
        "accept-inconclusive=true",
        "acknowledge-ruler=false",
    ]
    record = json.loads((project.root / "reports/received.json").read_text())
    assert record["labels"]["accept-inconclusive"] == {
        "by": "olga",
        "counts": True,
        "sentence": "`accept-inconclusive` was set by olga",
    }


def test_a_refusal_is_left_for_the_pull_request_with_its_number(project, loopback, tmp_path, monkeypatch):
    for name, value in {"API_URL": loopback.url, "REPOSITORY": "acme/churn", "TOKEN": "fake"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    project.told(conclusion="<b>@all")
    with pytest.raises(Refusal):
        reception.run(project.root, project.handed, project.event, tmp_path / "output")
    assert (tmp_path / "output").read_text() == "number=7\n"
    report = (project.root / "reports/report.md").read_text()
    assert "Could not judge" in report and "<b>" not in report and "@all" not in report


def test_pack_takes_what_the_lock_names_and_no_more(project):
    assert set(project.packed) == {*FILES, "dvc.lock"}


def test_pack_of_a_merge_queue_finds_the_number(project, tmp_path):
    ref = f"refs/heads/gh-readonly-queue/main/pr-12-{'c' * 40}"
    project.event.write_text(json.dumps({"merge_group": {"head_ref": ref}}))
    git(project.root, "switch", "--quiet", "better")
    pack(project.root, tmp_path / "queued", project.event)
    assert json.loads((tmp_path / "queued/pull_request.json").read_text()) == {"number": 12}


def test_pack_says_what_is_missing(project, tmp_path):
    git(project.root, "switch", "--quiet", "better")
    (project.root / "data/model.onnx").unlink()
    project.event.write_text(json.dumps({"pull_request": {"number": 7}}))
    with pytest.raises(Refusal, match=r"data/model\.onnx: missing; run `make fetch`"):
        pack(project.root, tmp_path / "again", project.event)
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    "event", [{}, {"push": 1}, {"pull_request": {}}, {"merge_group": {"head_ref": "refs/heads/x"}}]
)
def test_pack_outside_a_pull_request_is_refused(project, tmp_path, event):
    project.event.write_text(json.dumps(event))
    with pytest.raises(Refusal, match="is the event of no pull request"):
        pack(project.root, tmp_path / "again", project.event)
