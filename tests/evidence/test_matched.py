import numpy as np
import pytest

from mainstay.evidence.matched import log_losses, matched, wins


def outcomes(leavers, stayers):
    return np.repeat([1, 0], [leavers, stayers])


@pytest.mark.parametrize(
    ("leavers", "stayers", "at_most", "sets"),
    [(10, 90, 4, (10, 4)), (10, 25, 4, (10, 2)), (30, 10, 4, (10, 1)), (5, 0, 4, (0, 1)), (0, 5, 4, (0, 1))],
)
def test_every_leaver_gets_as_many_stayers_and_no_row_is_used_twice(leavers, stayers, at_most, sets):
    outcome = outcomes(leavers, stayers)
    made = matched(outcome, at_most, seed=1)
    assert made.stayers.shape == sets and len(made.leaver) == sets[0]
    used = np.r_[made.leaver, made.stayers.ravel()]
    assert len(set(used)) == len(used)
    assert outcome[made.leaver].all() and not outcome[made.stayers].any()


def test_the_same_seed_matches_alike():
    outcome = outcomes(20, 80)
    first, second, other = (matched(outcome, 3, seed) for seed in (1, 1, 2))
    assert (first.stayers == second.stayers).all() and (first.stayers != other.stayers).any()


def test_a_pairs_loss_is_that_of_the_odds():
    sets = matched(np.array([1, 0]), 1, seed=0)
    odds = np.array([3.0, 1.5])
    assert log_losses(odds / (1 + odds), sets) == pytest.approx(-np.log(3.0 / 4.5))


def test_what_multiplies_all_odds_changes_no_loss_and_no_win():
    random = np.random.default_rng(0)
    outcome, odds = random.integers(0, 2, 200), random.exponential(size=200)
    sets = matched(outcome, 2, seed=0)
    usual, bad_month = (o / (1 + o) for o in (odds, 2.7 * odds))
    assert log_losses(bad_month, sets) == pytest.approx(log_losses(usual, sets))
    assert (wins(bad_month, sets) == wins(usual, sets)).all()


def test_wins_count_ties_half():
    sets = matched(np.array([1, 0, 0, 0]), 3, seed=0)
    assert sorted(wins(np.array([0.5, 0.2, 0.5, 0.9]), sets)[0]) == [0, 0.5, 1]


def test_scores_of_0_and_1_lose_a_finite_amount():
    assert np.isfinite(log_losses(np.array([0.0, 1.0]), matched(np.array([1, 0]), 1, seed=0))).all()
