import pytest
from sandbox import git

from mainstay.refusal import Refusal
from mainstay.release.git import Repository


@pytest.fixture
def root(tmp_path):
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    return tmp_path


def commit(root, content):
    (root / "file").write_text(content)
    git(root, "add", "file")
    git(root, "commit", "--quiet", "--message", content)
    return git(root, "rev-parse", "HEAD").strip()


def test_it_is_found_from_a_folder_inside(root):
    commit(root, "one")
    (root / "inside").mkdir()
    assert Repository.at(root / "inside").root == root


def test_nothing_committed_or_no_repository_is_refused(root, tmp_path_factory):
    with pytest.raises(Refusal, match="no commit"):
        Repository.at(root)
    with pytest.raises(Refusal, match="not in a git repository"):
        Repository.at(tmp_path_factory.mktemp("plain"))


def test_the_remotes_default_branch_counts_before_the_local_one(root, tmp_path_factory):
    first = commit(root, "one")
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", "--quiet", str(root), ".")
    git(clone, "switch", "--quiet", "--create", "mine")
    commit(clone, "two")
    repository = Repository.at(clone)
    assert repository.default_branch() == "origin/main"
    assert repository.merge_base("origin/main") == first
    assert Repository.at(root).default_branch() == "main"


def test_no_default_branch_or_no_common_commit_is_refused(root):
    commit(root, "one")
    git(root, "branch", "--move", "trunk")
    with pytest.raises(Refusal, match="--base"):
        Repository.at(root).default_branch()
    git(root, "switch", "--quiet", "--orphan", "other")
    commit(root, "two")
    with pytest.raises(Refusal, match="share no commit"):
        Repository.at(root).merge_base("trunk")


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", ""])
def test_a_revision_that_names_no_commit_is_refused(root, revision):
    commit(root, "one")
    with pytest.raises(Refusal, match="names no commit"):
        Repository.at(root).resolve(revision)


def test_files_are_read_as_they_were(root):
    first = commit(root, "one")
    commit(root, "two")
    repository = Repository.at(root)
    assert repository.file(first, "file") == b"one"
    assert repository.file("HEAD", "absent") is None
    assert repository.is_ancestor(first, "HEAD") and not repository.is_ancestor("HEAD", first)


def test_every_version_is_found_those_of_merged_branches_too(root):
    commit(root, "one")
    git(root, "switch", "--quiet", "--create", "side")
    commit(root, "side")
    git(root, "switch", "--quiet", "main")
    git(root, "merge", "--quiet", "--no-ff", "side")
    git(root, "rm", "--quiet", "file")
    git(root, "commit", "--quiet", "--message", "gone")
    commit(root, "one")
    assert sorted(Repository.at(root).versions("file")) == [b"one", b"side"]
