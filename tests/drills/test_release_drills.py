"""Drills 31-33 and 45-54 as the registry lives through them. What syncers do meanwhile is in test_syncer_drills.py."""

import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from sandbox import git

sys.path.append(str(Path(__file__).parents[1] / "release"))

from branches import RATES, Branches, model
from shop import Shop

from mainstay.refusal import Refusal
from mainstay.release import asked
from mainstay.release.asked import NotPassed
from mainstay.release.registry import opened
from mainstay.trust import keys


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drills")
    made = Shop(folder / "released", keys.make(folder / "keys")).start()
    made.release()
    return made


@pytest.fixture
def shop(template, tmp_path):
    """v1.0.0 is released."""
    return template.copy(tmp_path / "shop")


@pytest.fixture
def shipped(shop):
    """v1.0.0, then v1.0.1, in production."""
    shop.ship("v1.0.0").better("second").release()
    return shop.ship("v1.0.1")


def overwrite(shop, name, *how, commit="HEAD"):
    """A tag by a hand that may push and may not sign."""
    git(shop.branch.root, "tag", "--force", *how, name, commit)
    git(shop.branch.root, "push", "--quiet", "--force", "origin", f"refs/tags/{name}")


def at_once(action, calls):
    with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(action, *zip(*calls, strict=True)))


def test_drill_31_a_corrupt_model_is_not_released(shop):
    shop.better("second")
    shop.branch.write("data/model.onnx", b"\0" * len(model(note="second")))
    with pytest.raises(Refusal, match=r"data/model.onnx: is not the file of the committed dvc.lock"):
        shop.release()
    assert shop.tags() == ["churn@v1.0.0"]


def test_drill_32_a_release_that_nobody_signed_cannot_be_promoted(shop):
    overwrite(shop, "churn@v9.0.0", "--annotate", "--message", "re-hashed and all")
    with pytest.raises(Refusal, match=r"churn@v9.0.0: is not signed"):
        shop.promote("v9.0.0", "staging")


def test_drill_33_an_older_release_is_served_again_only_by_a_new_tag(shipped):
    assert shipped.promote("v1.0.0", "production").name == "churn#production#5"
    assert shipped.serves() == "v1.0.0"


@pytest.mark.slow
def test_drill_45_two_releases_at_once_one_wins_and_the_others_see_it(template, tmp_path):
    shops = [template.copy(tmp_path / str(n)) for n in range(4)]
    for other in shops:
        git(other.branch.root, "remote", "set-url", "origin", shops[0].url)
    shops[0].better("second")
    for other in shops[1:]:
        other.branch.make(model(note="second")).commit("second")
    done = at_once(release_at, [(s.root, shops[0].url, s.keys) for s in shops])
    assert {d.name for d in done} == {"churn@v1.0.1"} and [d.new for d in done].count(True) == 1
    for other in shops:  # fails where a clone was left with another tag than the remote's
        git(other.branch.root, "fetch", "--quiet", "--tags", "origin")


def release_at(root, url, own):
    class At(Shop):
        url = property(lambda _: url)

    return At(root, own, branch=Branches(root / "clone")).release()


def test_drill_46_the_same_release_again_is_none(shop):
    for _ in range(2):
        again = shop.release()
        assert (again.name, again.new) == ("churn@v1.0.0", False)


def test_drill_47_a_moved_tag_is_an_alarm_and_is_never_built_upon(shipped):
    overwrite(shipped, "churn@v1.0.1", "--annotate", "--message", "moved", commit="HEAD~1")
    with pytest.raises(Refusal, match=r"churn@v1.0.1: is not signed"):
        shipped.better("third").release()
    with pytest.raises(Refusal, match=r"churn@v1.0.1: is not signed"):
        shipped.promote("v1.0.1", "staging")
    assert shipped.roll_back().name == "churn#production#5" and shipped.serves() == "v1.0.0"


def test_drill_48_three_queued_releases_end_with_the_last(shop):
    for note in ("second", "third", "fourth"):
        shop.better(note)
    assert shop.release().name == "churn@v1.0.1", "those that were skipped are in it"
    assert not shop.release().new


def test_drill_49_killed_between_push_and_tag_leaves_an_orphan_only(shop):
    def killed(_):
        raise KeyboardInterrupt

    shop.better("second").push = killed
    with pytest.raises(KeyboardInterrupt):
        shop.release()
    assert shop.tags() == ["churn@v1.0.0"] and git(shop.branch.root, "tag", "--list") == "churn@v1.0.0\n"
    shop.push = print
    assert shop.release().name == "churn@v1.0.1"


def test_drill_50_the_tag_is_pushed_after_its_objects(shop):
    seen = []
    shop.better("second").push = lambda _: seen.append(shop.tags())
    shop.release()
    assert seen == [["churn@v1.0.0"]]


def test_drill_51_a_rollback_of_a_rollback_is_a_new_tag_with_a_higher_counter(shipped):
    assert shipped.roll_back().name == "churn#production#5"
    assert shipped.roll_back("v1.0.1").name == "churn#production#6"
    assert shipped.serves() == "v1.0.1"


@pytest.mark.slow
def test_drill_52_where_the_previous_is_bad_too_the_next_good_one_serves_and_then_none(shipped):
    shipped.better("third").release()
    shipped.ship("v1.0.2")
    assert [shipped.roll_back() and shipped.serves() for _ in range(2)] == ["v1.0.1", "v1.0.0"]
    with pytest.raises(Refusal, match="no release to go back to"):
        shipped.roll_back()
    assert shipped.serves() == "v1.0.0"


def test_drill_53_a_candidate_that_is_the_champion_is_no_change(shipped):
    shipped.made(model(), "As v1.0.0 was").promote("v1.0.0", "production")
    assert not shipped.release().new


@pytest.mark.parametrize("name", ["evaluation", "stress"])
def test_drill_54_a_missing_metric_is_no_release(shop, name):
    shop.branch.make(model(note="second"))
    (shop.branch.root / f"metrics/{name}.json").unlink()
    shop.branch.commit("Without")
    with pytest.raises((NotPassed, Refusal), match=f"{name}|metrics"):
        shop.release()


@pytest.mark.slow
def test_drill_54_a_missing_baseline_is_no_release(shipped):
    shipped.made(model([0.5 * r for r in RATES], note="other"), "Other")
    for cached in (shipped.branch.root / ".dvc/cache").rglob("*"):
        if cached.is_file():
            cached.unlink()
    with pytest.raises(NotPassed, match="the champion"):
        shipped.release()


@pytest.mark.slow
def test_a_merge_between_gate_and_release_asks_the_gate_again(shipped, monkeypatch):
    calls = []
    real = asked.gate
    monkeypatch.setattr(asked, "gate", lambda *given: calls.append(given) or real(*given))
    shipped.better("third").branch.gate()
    shipped.release()
    shipped.ship("v1.0.2")
    shipped.better("merged")
    shipped.release()
    judged = json.loads((shipped.branch.root / "reports/gate.json").read_text())
    with opened(shipped.access) as registry:
        champion = registry.release("v1.0.2").manifest.model.sha256
        assert registry.release("v1.0.3").manifest.gate.champion == champion == judged["champion"]["digest"]
    assert len(calls) == 2
