import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import pytest
from sandbox import git

from mainstay.refusal import Refusal
from mainstay.release import promoting
from mainstay.release.registry import opened


def history(shop, channel="production"):
    with opened(shop.access) as registry:
        return [(e.promotion.counter, e.promotion.kind, e.promotion.release) for e in registry.channel(channel)]


def test_production_takes_only_what_was_accepted(released):
    shop = released
    with pytest.raises(Refusal, match="was never accepted"):
        shop.promote("v1.0.0", "production")
    shop.accept("v1.0.0")
    assert shop.promote("v1.0.0", "production").name == "churn#production#2"


def test_other_channels_ask_for_no_acceptance(released):
    shop = released
    assert shop.promote("v1.0.0", "staging").name == "churn#staging#1"


def test_acceptance_is_not_to_be_had_by_promotion(released):
    shop = released
    with pytest.raises(Refusal, match="mainstay accept"):
        shop.promote("v1.0.0", "accepted")


def test_what_is_said_twice_is_written_once(released):
    shop = released
    shop.ship("v1.0.0")
    assert not shop.accept("v1.0.0").new and not shop.promote("v1.0.0", "production").new
    assert len(shop.tags()) == 3


def test_a_release_that_is_not_there_is_told_with_those_that_are(released):
    shop = released
    with pytest.raises(Refusal, match=r"churn@v9.0.0: the remote has no such release, its last are v1.0.0"):
        shop.promote("v9.0.0", "staging")


def test_a_rollback_goes_to_the_release_before_and_names_its_promotion(shipped):
    assert shipped.roll_back().name == "churn#production#5"
    assert shipped.serves() == "v1.0.0"
    assert history(shipped) == [(2, "promote", "v1.0.0"), (4, "promote", "v1.0.1"), (5, "rollback", "v1.0.0")]


def test_only_what_was_in_the_channel_can_be_gone_back_to(shipped):
    shipped.better("third").release()
    shipped.accept("v1.0.2")
    with pytest.raises(Refusal, match=r"v1.0.2: was never promoted to production; wanted one of v1.0.0, v1.0.1"):
        shipped.roll_back("v1.0.2")


def test_who_goes_back_to_what_serves_already_writes_nothing(shipped):
    assert not shipped.roll_back("v1.0.1").new


def test_who_goes_back_from_what_is_there_no_more_does_nothing(shipped):
    serves = shipped.serves()
    with opened(shipped.access) as registry:
        done = promoting.roll_back(registry, "production", None, "it is worse", "tester", only_from="v0.9.9")
    assert not done.new and shipped.serves() == serves
    with opened(shipped.access) as registry:
        assert promoting.roll_back(registry, "production", None, "it is worse", "tester", only_from=serves).new


def test_a_tag_that_nobody_vouches_for_stands_in_nobodys_way(shipped):
    git(shipped.branch.root, "tag", "--annotate", "--message", "mine", "churn#production#999")
    git(shipped.branch.root, "push", "--quiet", "origin", "refs/tags/churn#production#999")
    assert shipped.serves() == "v1.0.1"
    assert shipped.roll_back().name == "churn#production#1000"
    assert shipped.serves() == "v1.0.0"


def test_without_keys_nothing_is_signed(released):
    shop = released
    with opened(replace(shop.access, keys=None)) as registry, pytest.raises(Refusal, match="no keys to sign with"):
        promoting.promote(registry, "v1.0.0", "staging", "why", "me")


def test_eight_at_once_have_one_winner_and_seven_who_see_it(released):
    shop = released
    with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("fork")) as pool:
        done = list(pool.map(shop.promote, ["v1.0.0"] * 8, ["staging"] * 8))
    assert sorted(d.new for d in done) == [False] * 7 + [True]
    assert {d.name for d in done} == {"churn#staging#1"}
    assert shop.tags() == ["churn#staging#1", "churn@v1.0.0"]


def test_eight_at_once_that_want_different_things_all_get_a_turn(released):
    shop = released
    channels = [f"site-{n}" for n in range(8)]
    with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("fork")) as pool:
        done = list(pool.map(shop.promote, ["v1.0.0"] * 8, channels))
    assert all(d.new for d in done) and {shop.serves(c) for c in channels} == {"v1.0.0"}
    git(
        shop.branch.root, "fetch", "--quiet", "--tags", "origin"
    )  # fails where a local tag is another than the remote's


def test_two_who_roll_back_at_once_go_back_once(shipped):
    shop = shipped.better("third")
    shop.release()
    shop.ship("v1.0.2")
    with opened(shop.access) as one, opened(shop.access) as other:
        first, second = (promoting.roll_back(r, "production", None, "it is worse", "tester") for r in (one, other))
    assert shop.serves() == "v1.0.1" and first.name == second.name and not second.new
