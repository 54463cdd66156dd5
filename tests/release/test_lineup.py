import pytest
from branches import model
from shipped import digests
from shop import git

from mainstay.refusal import Refusal
from mainstay.release import lineup
from mainstay.trust.lineup import read, read_model

FIRST, SECOND = model(), model(note="second")


@pytest.fixture
def stored(shipped):
    """A shop whose remote holds the models that it shipped."""
    for data in (FIRST, SECOND):
        md5 = digests(data)["md5"]
        path = shipped.root / "remote/files/md5" / md5[:2] / md5[2:]
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return shipped


@pytest.fixture
def bring(stored, tmp_path):
    """Of the channel `production`, from a folder that is no clone: the folder it is brought into, and what is told."""

    def bring(remote=str(stored.root / "remote"), folder=tmp_path):
        where = {"repo": stored.url, "allowed_signers": stored.keys.allowed_signers}
        return tmp_path / "lineup", lineup.run(folder, "production", tmp_path / "lineup", remote, **where)

    return bring


def test_it_holds_what_runs_and_what_would_be_gone_back_to_with_their_models(bring):
    to, told = bring()
    assert told.endswith("production serves v1.0.1, would go back to v1.0.0")
    own = read(to)
    assert (own.channel, own.current, own.previous) == ("production", "v1.0.1", "v1.0.0")
    assert [(s.counter, s.release, s.kind) for s in own.history] == [(2, "v1.0.0", "promote"), (4, "v1.0.1", "promote")]
    assert own.history[0].at.endswith("Z") and own.history[0].by == "tester"
    assert [read_model(to, release)[1] for release in own.releases] == [SECOND, FIRST]
    assert read_model(to, "v1.0.0")[0].release == "v1.0.0"


def test_after_a_rollback_there_may_be_nothing_to_go_back_to(stored, bring):
    stored.roll_back()
    to, told = bring()
    own = read(to)
    assert own.current == "v1.0.0" and own.previous is None and told.endswith("nothing")
    assert own.history[-1].why == "it is worse"


def test_in_a_clone_the_remote_is_the_one_that_the_releases_commit_names(stored, bring):
    to, _ = bring(remote=None, folder=stored.branch.root)
    assert read_model(to, "v1.0.1")[1] == SECOND


def test_bytes_that_are_there_already_are_not_fetched_again_unless_they_are_spoilt(bring):
    to, _ = bring()
    (to / "v1.0.1/model.onnx").write_bytes(SECOND[:-1] + b"!")
    with pytest.raises(Refusal, match=r"v1.0.1: no data/model.onnx: .*has sha256"):
        bring(remote="/nowhere")
    with pytest.raises(Refusal, match="has sha256"):
        read_model(to, "v1.0.1")
    bring()
    assert bring(remote="/nowhere")[1]


def test_a_channel_that_serves_nothing_has_no_lineup(stored, tmp_path):
    where = {"repo": stored.url, "allowed_signers": stored.keys.allowed_signers}
    with pytest.raises(Refusal, match="staging: serves nothing yet"):
        lineup.run(tmp_path, "staging", tmp_path / "lineup", None, **where)
    assert not (tmp_path / "lineup").exists()


def test_a_release_whose_tag_was_moved_is_in_no_lineup(stored, bring):
    git(stored.root / "origin.git", "update-ref", "refs/tags/churn@v1.0.1", "refs/tags/churn@v1.0.0")
    with pytest.raises(Refusal):
        bring()


def test_training_rows_come_along_where_they_are_asked_for_and_no_others_for_them(stored, tmp_path, monkeypatch):
    where = {"repo": stored.url, "allowed_signers": stored.keys.allowed_signers}
    remote = str(stored.root / "remote")
    with pytest.raises(Refusal, match=r"names no data/train\.parquet"):
        lineup.run(tmp_path, "production", tmp_path / "lineup", remote, training_rows=True, **where)
    assert not (tmp_path / "lineup/lineup.json").exists(), "the list comes last"
    monkeypatch.setattr(lineup.files.lock, "TRAIN", lineup.files.lock.MODEL)  # a file that is there, for rows
    lineup.run(tmp_path, "production", tmp_path / "lineup", remote, training_rows=True, **where)
    assert (tmp_path / "lineup" / lineup.TRAINING_ROWS).read_bytes() == SECOND
