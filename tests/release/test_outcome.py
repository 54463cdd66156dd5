import pytest

from mainstay.release import outcome
from mainstay.release.git import Repository
from mainstay.release.outcome import Outcome, unreleased
from mainstay.release.publish import Published
from mainstay.release.registry import opened


def of(shop, done):
    with opened(shop.access) as registry:
        return outcome.of(registry, Repository.at(shop.branch.root), done)


def test_a_release_goes_on_until_it_was_in_production(released):
    name = "churn@v1.0.0"
    assert of(released, Published(name, new=False)).pending, "a run was killed before"
    released.ship("v1.0.0")
    assert not of(released, Published(name, new=False)).pending


def test_a_release_that_was_gone_back_from_is_not_brought_back(shipped):
    newest = shipped.serves()
    shipped.roll_back()
    assert shipped.serves() != newest
    assert not of(shipped, Published(f"churn@{newest}", new=False)).pending


def test_of_three_queued_merges_the_one_that_was_skipped_is_told(released):
    shop = released
    skipped = shop.better("second").branch.root
    commit = Repository.at(skipped).resolve("HEAD")
    shop.better("third")
    assert of(shop, shop.release()).skipped == (commit,)


@pytest.mark.parametrize(
    ("models", "released", "skipped"),
    [
        ([], {"a"}, ()),
        ([("1", "a"), ("2", "b")], {"a", "b"}, ()),
        ([("1", "b"), ("2", "c")], {"a", "c"}, ("1",)),
        ([("1", "b"), ("2", "b"), ("3", "c")], {"a", "c"}, ("2",)),
        ([("1", None), ("2", "c")], {"a", "c"}, ()),
    ],
)
def test_skipped_is_the_last_commit_of_each_model_that_no_release_has(models, released, skipped):
    assert unreleased(models, released) == skipped


def test_outputs_are_lines_that_a_job_reads(tmp_path):
    outcome.write(Outcome("v1.4.0", True, False, ("a", "b")), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "version=v1.4.0\nnew=true\npending=false\nskipped=a,b\n"
