"""`mainstay adopt`: a team's own files take the place of the simulator, with a drafted contract, or nothing changes."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

from mainstay.pipeline.adoption import draft, project
from mainstay.pipeline.adoption.opening import expanded
from mainstay.pipeline.adoption.project import Pipeline
from mainstay.pipeline.adoption.report import report
from mainstay.pipeline.adoption.survey import Given, Progress, Survey, survey
from mainstay.pipeline.adoption.swap import all_or_nothing
from mainstay.pipeline.dvc_command import dvc as _dvc
from mainstay.refusal import Refusal
from mainstay.rows.files import check_unchanged, state
from mainstay.rows.layout import CUSTOMERS

DVC_FILE, LOCK, PARAMS = Path("dvc.yaml"), Path("dvc.lock"), Path("params.yaml")
SIMULATED = Path("tests/simulated")
"""Where the simulator's pipeline and contract live on, so that the tests still run them."""

Say = Callable[[str], None]


def adopt(given: Given, force: bool, say: Say, progress: Progress, top: Path = Path()) -> str:
    """Adopt the files into the project at `top`; return what to tell the person.

    Raises Refusal, and leaves the project as it was, where the files cannot be adopted, where a contract that is
    the team's own would be overwritten without `force`, or where DVC fails.
    """
    pipeline = project.pipeline(top / DVC_FILE)
    check_replaceable(top, pipeline, force)
    files = tuple(expanded(given.files))
    before = {path: state(path) for path in files}
    with tempfile.TemporaryDirectory(prefix="adopt-", dir=_folder(top / ".mainstay")) as scratch:
        say(f"looking over {len(files)} file{'s' * (len(files) > 1)}, {_size(files)}")
        found = survey(_with_files(given, files), top / PARAMS, Path(scratch), progress)
        say(f"copying to {pipeline.raw / CUSTOMERS}")
        fresh = _copied(files, Path(scratch) / "raw")
        check_unchanged(before)
        kept = _put_in_place(top, pipeline, found, fresh, say)
    return report(found, pipeline, min_rows(found), kept)


def min_rows(found: Survey) -> int:
    """Half of what is there: `validate` stops on a file that lost more than that."""
    return max(1, found.rows // 2)


def check_replaceable(top: Path, pipeline: Pipeline, force: bool) -> None:
    """Raise Refusal where the contract is a team's own: adopted before, or edited and not committed."""
    if force or not (top / pipeline.contract).exists():
        return
    if "simulate" not in pipeline.simulated:
        raise Refusal(f"{pipeline.contract}: is your own already; --force drafts it anew (the old one is kept aside)")
    if not _is_committed(top, pipeline.contract):
        raise Refusal(f"{pipeline.contract}: has changes that git does not hold; commit them, or use --force")


def _put_in_place(top: Path, pipeline: Pipeline, found: Survey, fresh: Path, say: Say) -> Path | None:
    """Swap the data and rewrite the project's files; the folder where what was there before is kept."""
    named = (DVC_FILE, LOCK, PARAMS, pipeline.contract, pipeline.raw, pipeline.raw.with_suffix(".dvc"))
    ignores = (Path(".gitignore"), pipeline.raw.parent / ".gitignore")
    moved = {SIMULATED / path.name: (top / path).read_bytes() for path in _living_on(top, pipeline)}
    changed = [top / p for p in (*named, *ignores, *pipeline.leftovers, *moved)]
    with all_or_nothing(top, [*changed, *_git_index(top)]) as kept:
        for path, content in moved.items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_bytes(content)
        _write(top / pipeline.contract, draft.text(found.draft))
        _edit(top / PARAMS, lambda text: project.with_min_rows(text, min_rows(found), PARAMS))
        (top / pipeline.raw).parent.mkdir(parents=True, exist_ok=True)
        fresh.replace(top / pipeline.raw)
        if pipeline.simulated:
            say(f"dvc remove {' '.join(pipeline.simulated)}")
            _remove_stages(top, pipeline)
        say(f"dvc add {pipeline.raw}")
        _dvc(top, "add", "--quiet", str(pipeline.raw))
        for path in pipeline.leftovers:
            (top / path).unlink(missing_ok=True)
    shutil.rmtree(kept / ".git", ignore_errors=True)  # the index as it was is of use on failure only
    return kept.relative_to(top)


def _living_on(top: Path, pipeline: Pipeline) -> tuple[Path, ...]:
    """The files of the simulated pipeline that the tests need after it has gone; none in a project without tests."""
    return (DVC_FILE, pipeline.contract) if pipeline.simulated and (top / SIMULATED.parent).is_dir() else ()


def _remove_stages(top: Path, pipeline: Pipeline) -> None:
    """DVC removes the stages, but indents dvc.yaml anew, line for line; put back what it did not mean to change."""
    path = top / DVC_FILE
    lean = project.without_stages(path.read_text(encoding="utf-8"), pipeline.simulated)
    _dvc(top, "remove", "--quiet", *pipeline.simulated)
    if yaml.safe_load(lean) == yaml.safe_load(path.read_text(encoding="utf-8")):
        _write(path, lean)


def _git(top: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=top, capture_output=True, text=True, check=False)  # noqa: S603, S607


def _is_committed(top: Path, path: Path) -> bool:
    listed = _git(top, "ls-files", "--error-unmatch", "--", str(path)).returncode == 0
    return listed and _git(top, "diff", "--quiet", "HEAD", "--", str(path)).returncode == 0


def _git_index(top: Path) -> list[Path]:
    """Git's index, which DVC stages files in; none where it lies outside the project (a worktree's)."""
    said = _git(top, "rev-parse", "--git-path", "index")
    path = top / said.stdout.strip()
    return [path] if said.returncode == 0 and path.resolve().is_relative_to(top.resolve()) else []


def _copied(files: tuple[Path, ...], raw: Path) -> Path:
    (raw / CUSTOMERS).mkdir(parents=True)
    for path in files:
        shutil.copyfile(path, raw / CUSTOMERS / path.name)
    return raw


def _with_files(given: Given, files: tuple[Path, ...]) -> Given:
    return Given(**{**vars(given), "files": files})


def _size(files: tuple[Path, ...]) -> str:
    return f"{sum(path.stat().st_size for path in files) / 1e6:,.1f} MB"


def _edit(path: Path, change: Callable[[str], str]) -> None:
    _write(path, change(path.read_text(encoding="utf-8")))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path
