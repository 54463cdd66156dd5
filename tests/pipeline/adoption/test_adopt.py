import dataclasses
import subprocess
import sys

import pytest
import yaml
from sandbox import git
from team_file import customers, write_csv

from mainstay.pipeline.adoption import adopt as module
from mainstay.pipeline.adoption.adopt import adopt
from mainstay.pipeline.adoption.survey import Given, survey
from mainstay.refusal import Refusal
from mainstay.rows.contract_file import load

KEPT = ".mainstay"


def everything(top):
    """Bytes of every file that is the project's own, and what git thinks of it."""
    files = (p for p in sorted(top.rglob("*")) if p.is_file())
    own = {p.relative_to(top) for p in files} - {p.relative_to(top) for p in (top / ".dvc").rglob("*")}
    own = {p for p in own if ".git/" not in str(p)}
    return {p: (top / p).read_bytes() for p in own} | {"git": git(top, "status", "--porcelain")}


def run(given, project, force=False):
    return adopt(given, force, say=lambda _: None, progress=iter, top=project)


@pytest.fixture(scope="module")
def surveyed(params, tmp_path_factory):
    """The team's file, looked over once for all tests."""
    folder = tmp_path_factory.mktemp("survey")
    given = Given((write_csv(customers(), folder / "customers.csv"),), id="nr", outcome="Left", positive="Yes")
    return survey(given, params, folder, progress=iter)


@pytest.fixture
def quick(monkeypatch, surveyed):
    """DVC's part and the survey, without their seconds: the commands that DVC was given."""
    said = []
    monkeypatch.setattr(module, "survey", lambda *_: surveyed)

    def dvc(top, *arguments):
        said.append(" ".join(arguments))
        if arguments[0] == "remove":
            stages = yaml.safe_load((top / "dvc.yaml").read_text())
            stages["stages"] = {k: v for k, v in stages["stages"].items() if k not in arguments}
            (top / "dvc.yaml").write_text(yaml.safe_dump(stages))
        else:
            (top / "data/raw.dvc").write_text("outs: []\n")
            git(top, "add", "data/raw.dvc")

    monkeypatch.setattr(module, "_dvc", dvc)
    return said


def test_a_team_s_file_takes_the_place_of_the_simulator(project, telecom):
    said = run(telecom, project)
    contract, stages = (
        load(project / "data/contract.yaml"),
        yaml.safe_load((project / "dvc.yaml").read_text())["stages"],
    )
    assert contract.id == "nr" and "Adopted 200 rows" in said
    assert not {"simulate", "truth"} & set(stages) and "validate" in stages
    assert [p.name for p in (project / "data/raw").rglob("*.*")] == ["customers.csv"]
    copied = (project / "data/raw/customers/customers.csv").read_bytes()
    assert copied == telecom.files[0].read_bytes()
    assert yaml.safe_load((project / "data/raw.dvc").read_text())["outs"][0]["size"] == len(copied)
    assert yaml.safe_load((project / "params.yaml").read_text())["validate"]["min_rows"] == 100
    status = subprocess.run([sys.executable, "-m", "dvc", "status", "data/raw.dvc"], cwd=project, capture_output=True)
    assert b"up to date" in status.stdout


def test_the_simulated_pipeline_lives_on_where_the_tests_find_it(project, telecom, quick):
    (project / "tests").mkdir()
    before = (project / "dvc.yaml").read_bytes()
    run(telecom, project)
    assert (project / "tests/simulated/dvc.yaml").read_bytes() == before
    assert (project / "tests/simulated/contract.yaml").read_text() == "# shipped\n"
    run(telecom, project, force=True)
    assert (project / "tests/simulated/dvc.yaml").read_bytes() == before, "a second adoption has no simulator to keep"


def test_what_the_simulator_left_is_gone_and_kept_aside(project, telecom, quick):
    run(telecom, project)
    assert not (project / "data/truth.parquet").exists() and not (project / "metrics/truth.json").exists()
    kept = project / KEPT / "before-adopt-1"
    assert (kept / "data/raw/customers/2024-01.parquet").read_text() == "simulated"
    assert (kept / "data/contract.yaml").read_text() == "# shipped\n"
    assert quick == ["remove --quiet simulate truth", "add --quiet data/raw"]


def test_comments_and_shape_of_the_pipeline_file_outlive_it(project, telecom, quick):
    before = (project / "dvc.yaml").read_text().splitlines()
    run(telecom, project)
    after = (project / "dvc.yaml").read_text().splitlines()
    assert after and set(after) <= set(before) and after[0] == before[0]


STEPS = ["survey", "_copied", "check_unchanged", "_write", "_edit", "_remove_stages", "_dvc", "_git_index"]


@pytest.mark.parametrize("error", [OSError("No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", STEPS)
def test_a_failure_at_any_step_leaves_the_project_as_it_was(project, telecom, quick, monkeypatch, step, error):
    before = everything(project)
    done = getattr(module, step)

    def fail(*arguments, **named):
        done(*arguments, **named)  # the harm is done before the error comes
        raise error

    monkeypatch.setattr(module, step, fail)
    with pytest.raises(type(error)):
        run(telecom, project)
    assert everything(project) == before


def test_a_failure_of_dvc_itself_is_one_line_and_changes_nothing(project, telecom):
    (project / ".dvc/config").write_text("[core\n")
    before = everything(project)
    with pytest.raises(Refusal, match=r"^dvc remove .*nothing was changed"):
        run(telecom, project)
    assert everything(project) == before


def test_a_contract_of_the_team_s_own_is_not_overwritten_unless_forced(project, telecom, quick):
    run(telecom, project)
    before = everything(project)
    with pytest.raises(Refusal, match="is your own already; --force"):
        run(telecom, project)
    assert everything(project) == before
    (project / "data/contract.yaml").write_text("mine")
    run(telecom, project, force=True)
    assert load(project / "data/contract.yaml").id == "nr"
    assert (project / KEPT / "before-adopt-2/data/contract.yaml").read_text() == "mine"
    assert (project / KEPT / "before-adopt-2/data/raw/customers/customers.csv").exists()


@pytest.mark.parametrize("tracked", [True, False])
def test_a_contract_with_changes_that_git_does_not_hold_is_not_overwritten(project, telecom, quick, tracked):
    path = project / "data/contract.yaml"
    if tracked:
        path.write_text(path.read_text() + "# mine\n")
    else:
        git(project, "rm", "--quiet", "--cached", "data/contract.yaml")
        git(project, "commit", "--quiet", "--message", "Untracked")
    with pytest.raises(Refusal, match="changes that git does not hold"):
        run(telecom, project)
    run(telecom, project, force=True)
    assert load(path).id == "nr"


def test_a_file_that_lies_in_the_folder_to_be_replaced_can_be_adopted(project, telecom, quick):
    inside = project / "data/raw/mine.csv"
    telecom.files[0].rename(inside)
    content = inside.read_bytes()
    run(dataclasses.replace(telecom, files=(inside,)), project)
    assert (project / "data/raw/customers/mine.csv").read_bytes() == content and not inside.exists()


def test_the_verb_ends_with_one_line_and_code_2_where_it_cannot(project, telecom):
    command = [sys.executable, "-c", "from mainstay.cli import main; main()", "adopt", str(telecom.files[0])]
    done = subprocess.run([*command, "--id", "gone", "--outcome", "Left"], cwd=project, capture_output=True, text=True)
    *progress, last = done.stderr.strip().splitlines()
    assert done.returncode == 2 and "no column 'gone'" in last
    assert all(line.startswith("adopt: ") for line in progress)
