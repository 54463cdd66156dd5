import numpy as np
import pytest
from past import ledger, line

from mainstay.replay.worlds import KINDS, World, draw, gaps, table, world

MONTHS = range(13, 37)


def made(profits):
    """A world a pair of profits, of mainstay and of never."""
    worth = [{"mainstay": mine, "never": other} for mine, other in profits]
    figures = ("profit", "roc_auc", "log_loss", "broken_promise")
    return [World(n, (), {p: dict.fromkeys(figures, v) for p, v in w.items()}) for n, w in enumerate(worth)]


def test_what_happens_follows_from_the_seed_alone_and_differs_between_seeds():
    drawn = [draw(seed, MONTHS) for seed in range(60)]
    assert drawn == [draw(seed, MONTHS) for seed in range(60)]
    assert {len(d) for d in drawn} == {0, 1, 2}
    assert {one.partition("@")[0] for d in drawn for one in d} == set(KINDS)


def test_what_happens_begins_after_the_first_release_and_early_enough_to_be_seen():
    months = [int(one.partition("@")[2]) for seed in range(200) for one in draw(seed, MONTHS)]
    assert min(months) == 14 and max(months) == 33


def test_differences_are_taken_within_each_world():
    """Worlds differ by thousands, policies by ten: only pairs can tell."""
    random = np.random.default_rng(1)
    found = gaps(made([(base + 10 + random.normal(), base) for base in random.uniform(0, 5000, 20)]), seed=1)
    profit = next(g for g in found if g.figure == "profit")
    assert 9 < profit.low < profit.mean < profit.high < 11
    assert (profit.higher, profit.worlds) == (20, 20)


def test_an_interval_of_equal_policies_holds_zero():
    random = np.random.default_rng(2)
    profit = gaps(made(random.normal(1000, 50, (20, 2))), seed=1)[0]
    assert profit.low < 0 < profit.high


def test_a_broken_promise_counts_both_ways():
    worth = world(1, (), ledger([line(1, "never"), line(1, "mainstay")])).worth
    assert worth["never"]["broken_promise"] == pytest.approx(np.log(30 / 25))


def test_the_table_has_a_line_a_difference():
    lines = table(gaps(made([(20, 10), (30, 10), (25, 15)]), seed=1)).splitlines()
    assert len(lines) == 2 + 4
    assert lines[2].startswith("| mainstay | never | profit, EUR a month | +13 |") and "3 of 3" in lines[2]
