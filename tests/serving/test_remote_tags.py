import pytest

from mainstay.refusal import Refusal
from mainstay.serving import remote_tags
from mainstay.serving.remote_tags import NotYet, Unreachable

TIMEOUT_S = 30


def test_tags_that_fit_are_listed_by_the_id_of_their_object(yard):
    yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0", "staging")
    yard.promote("v1.0.0")
    refs = remote_tags.listed(str(yard.origin), ["churn@*", "churn#production#*"], TIMEOUT_S)
    assert refs == {name: yard.id(name) for name in ("churn@v1.0.0", "churn#production#2")}


def test_a_tag_is_fetched_as_git_stores_it_with_the_files_of_its_commit(yard):
    yard.release("v1.0.0", 1.0)
    with remote_tags.scratch(yard.root / "scratch") as folder:
        raw = remote_tags.tag(folder, str(yard.origin), "churn@v1.0.0", TIMEOUT_S)
        commit = raw.split()[1].decode()
        assert str(yard.remote) in remote_tags.file(folder, commit, ".dvc/config")
        assert remote_tags.file(folder, commit, "absent") is None
        assert remote_tags.file(folder, "0" * 40, ".dvc/config") is None
    assert raw.startswith(b"object ") and raw.endswith(b"-----END SSH SIGNATURE-----\n")
    assert list((yard.root / "scratch").iterdir()) == []


def test_a_lightweight_tag_is_nobodys_word(yard):
    commit = yard.commit("one")
    yard.git(yard.work, "tag", "churn@v9.0.0", commit)
    yard.push("churn@v9.0.0")
    with remote_tags.scratch(yard.root) as folder, pytest.raises(Refusal, match="is no annotated tag") as refusal:
        remote_tags.tag(folder, str(yard.origin), "churn@v9.0.0", TIMEOUT_S)
    assert refusal.type is Refusal


def test_a_tag_that_is_not_there_may_come_yet(yard):
    with remote_tags.scratch(yard.root) as folder, pytest.raises(NotYet, match="cannot be fetched"):
        remote_tags.tag(folder, str(yard.origin), "churn@v9.0.0", TIMEOUT_S)


def test_a_repository_that_is_not_there_is_unreachable_and_its_password_is_not_told(tmp_path):
    with pytest.raises(Unreachable) as refusal:
        remote_tags.listed(f"file://user:secret@localhost{tmp_path}/none", ["*"], TIMEOUT_S)
    assert "secret" not in str(refusal.value) and "none" in str(refusal.value)


@pytest.mark.parametrize("url", ["--upload-pack=touch /tmp/x", "-x"])
def test_a_repository_that_looks_like_an_option_is_none(url):
    with pytest.raises(Unreachable):
        remote_tags.listed(url, ["*"], TIMEOUT_S)


def test_git_that_never_answers_is_given_up(yard):
    with pytest.raises(Unreachable, match="no answer within"):
        remote_tags.listed(str(yard.origin), ["*"], 1e-9)
