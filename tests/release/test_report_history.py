import shutil

import pytest
import yaml
from branches import RATES, model, rows

from mainstay.release.git import Repository
from mainstay.release.lock import MODEL, outputs
from mainstay.release.missing import Missing
from mainstay.release.report_history import TRAIN, commits, drift, sides, uncommitted
from mainstay.rows import contract_file
from mainstay.rows.table import write_frame

from branches import CONTRACT  # isort: skip

PARSED = contract_file.parse(CONTRACT, "contract")


@pytest.fixture
def repository(branch):
    branch.make(model([rate * 0.9 for rate in RATES])).commit("Lower scores | <b>\n\nAnd a body")
    return Repository.at(branch.root)


def champion(repository, tmp_path):
    """The champion's file as the gate leaves it."""
    made = outputs(repository.file("main", "dvc.lock"))[MODEL]
    file = tmp_path / "champion.onnx"
    shutil.copyfile(repository.root / ".dvc/cache/files/md5" / made.md5[:2] / made.md5[2:], file)
    return file


def base(repository):
    return repository.merge_base("main")


def test_both_sides_are_known_by_what_their_runs_made(repository, tmp_path):
    known = sides(repository, base(repository), None, champion(repository, tmp_path), True)
    assert known.commit == base(repository)
    assert known.champion[MODEL].md5 != known.candidate[MODEL].md5


def test_a_champion_that_is_not_that_commits_model_is_missing(repository, tmp_path):
    other = sides(repository, base(repository), "HEAD", champion(repository, tmp_path), True)
    assert "--champion" in other.why
    assert isinstance(sides(repository, base(repository), None, tmp_path / "none.onnx", True), Missing)


def test_without_a_champion_the_base_is_what_one_compares_with(repository, tmp_path):
    assert sides(repository, base(repository), None, tmp_path / "none.onnx", False).commit == base(repository)


def test_commits_are_those_that_the_champion_has_not(repository):
    (only,) = commits(repository, base(repository), "HEAD")
    assert (only.author, only.subject) == ("Tester", "Lower scores | <b>")
    assert only.sha == repository.commit("HEAD")
    assert commits(repository, "HEAD", "HEAD") == ()


def test_changes_that_are_in_no_commit_are_seen(repository):
    assert not uncommitted(repository)
    (repository.root / "params.yaml").write_text("{}")
    assert uncommitted(repository)


def learned(branch, frame):
    """The rows that the model of the working tree learned from, in the cache and in dvc.lock."""
    write_frame(frame, branch.root / TRAIN)
    document = yaml.safe_load((branch.root / "dvc.lock").read_text())
    document["stages"]["train"]["outs"].append(branch._cached(branch.root / TRAIN, TRAIN))
    return branch.write("dvc.lock", yaml.safe_dump(document))


@pytest.fixture
def trained(empty):
    """Default branch and branch with training rows of their own."""
    learned(empty.make(model()), rows()).commit("First model").switch("better")
    return empty.make(model([rate * 0.9 for rate in RATES]))


def drifted(branch, tmp_path, test=None):
    repository = Repository.at(branch.root)
    known = sides(repository, base(repository), None, champion(repository, tmp_path), True)
    return drift(repository, known, branch.root / TRAIN, rows() if test is None else test, PARSED)


def test_the_candidates_training_rows_are_compared_with_the_champions(trained, tmp_path):
    learned(trained, rows().assign(champion_band=lambda t: t["champion_band"] + 5))
    found = drifted(trained, tmp_path)
    assert found.rows == "the candidate's training rows"
    assert [d.column for d in found.notable] == ["champion_band"]


def test_where_both_learned_from_the_same_rows_the_test_rows_are_compared(trained, tmp_path):
    learned(trained, rows())
    found = drifted(trained, tmp_path)
    assert "same training rows" in found.rows and not found.notable


def test_where_the_candidates_training_rows_are_not_here_the_test_rows_are_compared(trained, tmp_path):
    learned(trained, rows(size=100))
    (trained.root / TRAIN).unlink()
    assert "not here" in drifted(trained, tmp_path).rows


def test_a_champion_whose_training_rows_are_gone_is_missing(trained, tmp_path):
    repository = Repository.at(trained.root)
    known = sides(repository, base(repository), None, champion(repository, tmp_path), True)
    cache = repository.root / ".dvc/cache/files/md5"
    made = known.champion[TRAIN].md5
    (cache / made[:2] / made[2:]).unlink()
    found = drift(repository, known, repository.root / "none.parquet", rows(), PARSED)
    assert "neither cache nor remote" in found.why


def test_a_champion_of_unknown_training_rows_is_missing(branch, tmp_path):
    repository = Repository.at(branch.root)
    known = sides(repository, base(repository), None, champion(repository, tmp_path), True)
    assert "what the champion learned from" in drift(repository, known, tmp_path / "x", rows(), PARSED).why
