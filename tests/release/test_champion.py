import hashlib

import pytest
from branches import RATES, model
from sandbox import git

from mainstay.refusal import Refusal
from mainstay.release.champion import find, in_production
from mainstay.release.git import Repository


def tag(branch, *names):
    for name in names:
        git(branch.root, "tag", "--annotate", "--message", name, name)
    return branch


def champion(branch, ref=None):
    repository = Repository.at(branch.root)
    return find(repository, repository.merge_base("main"), ref)


def test_where_no_model_was_ever_made_there_is_none(empty):
    assert champion(empty) is None


def test_it_is_the_model_of_the_commit_where_the_branch_left_the_default_one(branch):
    found = champion(branch.make(model(note="mine")).commit("Mine"))
    assert found.data == model()
    assert found.digest == hashlib.sha256(model()).hexdigest()


def test_what_production_serves_counts_before_it(branch):
    tag(branch.make(model(note="released")).commit("Released"), "churn#production#1")
    branch.make(model(note="not yet")).commit("Not yet")
    assert champion(branch).data == model(note="released")
    assert champion(branch).source == "in production: churn#production#1"


@pytest.mark.parametrize(
    ("tags", "serving"),
    [
        ([], None),
        (["churn#production#2", "churn#production#10"], "churn#production#10"),
        (["churn#production#10", "churn#production#9"], "churn#production#10"),
        (["churn#production#1", "churn#production!#2"], "churn#production#1"),
        (["churn#production!#2", "churn#production#3"], "churn#production#3"),
        (
            ["churn#staging#7", "churn@v1.0.0", "other#production#8", "churn#production#08", "churn#production-eu#9"],
            None,
        ),
    ],
)
def test_the_highest_counter_serves_whatever_the_clock_says(branch, tags, serving):
    assert in_production(Repository.at(tag(branch, *tags).root)) == serving


@pytest.mark.parametrize(("ref", "said"), [("nowhere", "names no commit"), ("main~1", "names no data/model.onnx")])
def test_a_named_champion_that_is_none_is_refused(branch, ref, said):
    with pytest.raises(Refusal, match=said):
        champion(branch, ref)


def test_bytes_that_are_spoilt_in_the_cache_are_not_believed_and_others_like_them_are(branch):
    md5 = hashlib.md5(model()).hexdigest()  # noqa: S324
    cached = branch.root / ".dvc/cache/files/md5" / md5[:2] / md5[2:]
    cached.write_bytes(model([0.5] * len(RATES)))
    near = branch.root / "data/model.onnx"
    repository = Repository.at(branch.root)
    assert find(repository, "main", near=[near]).data == model()
