import hashlib

import pytest
from branches import CONTRACT, RATES, model
from sandbox import git
from shop import REMOTE

from mainstay.refusal import Refusal
from mainstay.release.asked import NotPassed
from mainstay.release.registry import opened


def manifest(shop, version):
    with opened(shop.access) as registry:
        return registry.release(version).manifest


def test_the_first_release_is_judged_by_floors_and_says_all_of_itself(shop):
    assert shop.release().name == "churn@v1.0.0"
    found = manifest(shop, "v1.0.0")
    assert found.model.sha256 == hashlib.sha256(model()).hexdigest() and found.model.size == len(model())
    assert found.commit == git(shop.branch.root, "rev-parse", "HEAD").strip()
    assert found.gate.answer == "pass" and found.gate.champion is None
    assert found.gate.digests["candidate"] == found.model.sha256
    assert len(found.golden) == 8 and found.metrics["roc_auc"] == 0.5


def test_the_bytes_are_pushed_before_the_tag(shop):
    seen = []
    shop.push = lambda _: seen.append(shop.tags())
    assert shop.release().new and seen == [[]] and shop.tags() == ["churn@v1.0.0"]


def test_what_cannot_be_pushed_is_not_tagged(shop):
    def push(_):
        raise Refusal("not in the DVC remote: data/model.onnx")

    shop.push = push
    with pytest.raises(Refusal, match="not in the DVC remote"):
        shop.release()
    assert shop.tags() == []


def test_the_same_model_again_is_no_change(released):
    shop = released
    shop.branch.write("README", "words").commit("Words")
    again = shop.release()
    assert again.name == "churn@v1.0.0" and not again.new
    assert shop.tags() == ["churn@v1.0.0"]


def test_a_candidate_that_is_what_production_serves_is_no_change_though_another_is_newer(released):
    shop = released
    shop.ship("v1.0.0").better("another").release()
    shop.made(model(), "Back")
    assert shop.release().name == "churn@v1.0.0"


@pytest.mark.parametrize(("change", "next_one"), [("data", "v1.0.1"), ("params", "v1.1.0"), ("contract", "v2.0.0")])
def test_the_next_version_follows_from_the_size_of_the_change(released, change, next_one):
    shop = released
    if change == "params":
        shop.branch.set("train", seed=99)
        lock = shop.branch.root / "dvc.lock"
        shop.better("other")
        lock.write_text(
            lock.read_text().replace("cmd: make it", "cmd: make it\n    params: {params.yaml: {train.seed: 99}}")
        )
        shop.branch.commit("Other parameters")
    elif change == "contract":
        text = CONTRACT.replace("max: 99}", "max: 98}", 1)
        shop.branch.contract(text)
        shop.better("wider", contract=text)
    else:
        shop.better("newer rows")
    assert shop.release().name == f"churn@{next_one}"


def test_a_version_can_be_named_and_never_again(shop):
    assert shop.release("v3.1.4").name == "churn@v3.1.4"
    with pytest.raises(Refusal, match="another model's version already"):
        shop.better("other").release("v3.1.4")
    with pytest.raises(Refusal, match="wanted one as v1"):
        shop.release("3.2")


def test_a_worse_model_than_what_production_serves_is_no_release(released):
    shop = released
    shop.ship("v1.0.0").made(model([0.5] * len(RATES)), "Guessing")
    with pytest.raises(NotPassed, match="the gate says fail: ROC AUC"):
        shop.release()
    assert "churn@v1.0.1" not in shop.tags()


def test_an_older_commit_is_no_release_after_a_newer_one(released):
    shop = released.better("second").better("third")
    shop.release()
    git(shop.branch.root, "checkout", "--quiet", "--detach", "HEAD~1")
    shop.branch.make(model(note="second"))
    with pytest.raises(Refusal, match="is of a later commit"):
        shop.release()


def test_a_dirty_tree_is_no_release(shop):
    shop.branch.set("train", seed=99)
    with pytest.raises(Refusal, match=r"params.yaml: is not as committed"):
        shop.release()


def test_a_lock_that_is_not_committed_is_no_release(shop):
    shop.branch.make(model(note="new"))
    with pytest.raises(Refusal, match=r"dvc.lock: is not as committed"):
        shop.release()


def test_a_model_that_is_not_that_of_the_lock_is_no_release(shop):
    shop.branch.write("data/model.onnx", model(note="meddled"))
    with pytest.raises(Refusal, match=r"data/model.onnx: is not the file"):
        shop.release()


def test_a_remote_in_a_folder_does_not_go_with_an_origin_elsewhere(shop):
    from mainstay.release.git import Repository
    from mainstay.release.pushed import check_remote

    repository = Repository.at(shop.branch.root)
    check_remote(repository, "HEAD", shop.url)
    for origin in ("git@example.org:team/churn.git", "https://example.org/team/churn.git"):
        with pytest.raises(Refusal, match="a folder here, while origin is not"):
            check_remote(repository, "HEAD", origin)
    shop.branch.write(".dvc/config", REMOTE.replace("../../remote", "s3://bucket/churn")).commit("Team's remote")
    check_remote(repository, "HEAD", "git@example.org:team/churn.git")
