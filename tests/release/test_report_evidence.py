import hashlib

import pytest
from branches import RATES, model, rows

from mainstay.release.git import Repository
from mainstay.release.judgement import write
from mainstay.release.missing import Missing
from mainstay.release.report_evidence import Files, evidence
from mainstay.rows.table import read_json, write_frame

BETTER = [rate * 0.9 for rate in RATES]


@pytest.fixture
def judged(branch):
    """A branch with a candidate and its verdict in reports/."""
    branch.make(model(BETTER))
    judge(branch)
    return branch


def judge(branch):
    judgement = branch.gate()
    main = branch.root / ".dvc/cache"
    champion = next(p.read_bytes() for p in main.rglob("*") if p.is_file() and _is(p, judgement.champion["digest"]))
    write(judgement, champion, branch.root / "reports")


def _is(path, digest):
    return hashlib.sha256(path.read_bytes()).hexdigest() == digest


def found(branch, *holdouts):
    gate = read_json(branch.root / "reports/gate.json")
    data = branch.root / "data"
    files = Files(data / "model.onnx", branch.root / "reports/champion.onnx", holdouts or (data / "test.parquet",))
    repository = Repository.at(branch.root)
    return evidence(gate, files, repository, repository.merge_base("main"))


def test_both_models_score_the_rows_of_the_verdict(judged):
    seen = found(judged)
    assert len(seen.scored.candidate) == len(seen.scored.champion) == 2000
    assert seen.champion.digest != seen.candidate.digest


def test_rows_are_known_by_their_digest_wherever_they_lie(judged):
    other = judged.root / "reports/holdout.parquet"
    write_frame(rows().head(10), other)
    assert len(found(judged, other, judged.root / "data/test.parquet").held.outcome) == 2000


def test_rows_that_are_gone_from_the_tree_are_taken_from_the_store(judged):
    (judged.root / "data/test.parquet").unlink()
    assert len(found(judged).held.outcome) == 2000


def test_another_model_than_the_judged_one_is_missing(judged):
    judged.write("data/model.onnx", model(BETTER, note="later"))
    assert "run `mainstay gate` again" in found(judged).why


def test_rows_that_are_nowhere_are_missing(judged):
    gate = read_json(judged.root / "reports/gate.json")
    gate["digests"]["test_rows"] = "0" * 64
    repository = Repository.at(judged.root)
    data = judged.root / "data"
    files = Files(data / "model.onnx", judged.root / "reports/champion.onnx", (data / "test.parquet",))
    assert "0000000000" in evidence(gate, files, repository, "main").why


def test_what_was_not_comparable_has_no_evidence(judged):
    gate = read_json(judged.root / "reports/gate.json") | {"kind": "not comparable"}
    repository = Repository.at(judged.root)
    assert isinstance(evidence(gate, Files(judged.root, judged.root, ()), repository, "main"), Missing)


def test_a_first_model_has_scores_of_its_own_only(empty):
    empty.make(model())
    write(empty.gate(), None, empty.root / "reports")
    seen = found(empty)
    assert seen.champion is None and seen.scored.champion is None
    assert len(seen.scored.candidate) == 2000
