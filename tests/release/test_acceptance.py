import shutil

import pytest
from branches import model

from mainstay.refusal import Refusal
from mainstay.release import acceptance
from mainstay.release.registry import opened


@pytest.fixture
def staged(released, tmp_path):
    released.promote("v1.0.0", "staging")
    with opened(released.access) as registry:
        promoted = acceptance.serving(registry, "staging")
    copy = tmp_path / "current"
    copy.mkdir()
    (copy / "model.onnx").write_bytes(model())
    (copy / "channel.tag").write_bytes(promoted.tag.raw)
    return promoted, copy


def test_a_copy_that_is_the_release_and_answers_as_it_passes(staged):
    assert acceptance.examine(*staged, 1e-6).answer == "pass"


def test_other_bytes_fail(staged):
    promoted, copy = staged
    (copy / "model.onnx").write_bytes(model(note="other"))
    assert "signed was" in acceptance.examine(promoted, copy, 1e-6).reasons[0]


def test_a_copy_of_another_promotion_fails(staged, released):
    promoted, copy = staged
    (copy / "channel.tag").write_bytes(promoted.release.tag.raw)
    verdict = acceptance.examine(promoted, copy, 1e-6)
    assert verdict.answer == "fail" and "runs by churn@v1.0.0, the channel by churn#staging#1" in verdict.reasons[0]


@pytest.mark.parametrize("name", ["model.onnx", "channel.tag"])
def test_without_a_copy_there_is_nothing_to_accept(staged, name):
    (staged[1] / name).unlink()
    with pytest.raises(Refusal, match=f"{name}: cannot be read"):
        acceptance.examine(*staged, 1e-6)


def test_a_channel_that_serves_nothing_has_nothing_to_accept(released):
    with opened(released.access) as registry, pytest.raises(Refusal, match="serves nothing yet"):
        acceptance.serving(registry, "staging")


def test_what_is_due_is_the_signed_model_with_the_rows_that_it_was_evaluated_on(staged, released):
    with opened(released.access) as registry:
        due = acceptance.due(registry, "staging", "v1.0.0", 1e-6, None, None)
    assert due.manifest.release == "v1.0.0" and due.model.digest == due.manifest.model.sha256
    assert len(due.rows.outcome) == 2000


def test_a_channel_that_is_to_run_another_release_is_not_accepted_as_this_one(staged, released):
    with opened(released.access) as registry, pytest.raises(Refusal, match="is to run v1"):
        acceptance.due(registry, "staging", "v9.0.0", 1e-6, None, None)


def test_rows_that_are_nowhere_are_no_reason_to_leave_them_out(staged, released):
    (released.branch.root / "data/test.parquet").unlink()
    shutil.rmtree(released.branch.root / ".dvc/cache")
    with opened(released.access) as registry, pytest.raises(Refusal, match=r"v1\.0\.0: no data/"):
        acceptance.due(registry, "staging", "v1.0.0", 1e-6, None, None)
