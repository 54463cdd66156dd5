import dataclasses
import itertools

import msgspec
import numpy as np
import pytest
from rivals import RATE
from watched import FLOORS, WATCH, decided, delay, looked, made, season, window

from mainstay.monitoring.look import enough, look
from mainstay.monitoring.memory import Memory, begun
from mainstay.monitoring.window import Floors

WEEKS = 52


def year(random, sd=0.05, **how):
    return (made(random, k, month=random.normal(0, sd) + season(k, WEEKS), **how) for k in range(WEEKS))


def weeks(random, n=16, sd=0.0, month=0.0, **how):
    return (made(random, k, month=month + random.normal(0, sd), **how) for k in range(n))


def pages(years, sd, **how):
    """How often somebody is called in so many quiet years; the same thing week after week is one call."""
    random = np.random.default_rng(12)
    calls = 0
    for _ in range(years):
        conditions = [d.condition if d.action == "page" else "" for d in decided(year(random, sd, **how))]
        calls += sum(now != "" and now != before for before, now in itertools.pairwise(["", *conditions]))
    return calls


def delays(years, sd, **how):
    random = np.random.default_rng(11)
    return np.array([delay(weeks(random, sd=sd, auc=(0.81, 0.845), **how)) for _ in range(years)])


def test_a_quiet_year_raises_nothing():
    *_, last = looked(year(np.random.default_rng(3)))
    assert not any(msgspec.structs.astuple(last.raised))


def test_in_two_quiet_years_nobody_is_called():
    assert pages(2, 0.05) == 0


def test_a_week_in_which_everybody_left_is_a_call():
    quiet = list(year(np.random.default_rng(3), rate=0.03))[:8]
    (_, *found) = decided([*quiet, window(8, np.ones(1000, dtype=np.int8), *[quiet[0].current] * 2)])
    assert found[-1].action == "page" and {d.action for d in found[:-1]} == {"nothing"}


def test_a_model_that_ranks_worse_is_found_within_weeks():
    found = delays(20, sd=0.0)
    assert np.median(found) <= 3 and (found <= 8).mean() >= 0.95


def test_a_model_that_expects_twice_the_leavers_is_found():
    random = np.random.default_rng(4)
    assert delay(weeks(random, rows=4000, rate=0.05, level=(np.log(2), 0.0))) <= 6


def test_a_shock_breaks_both_promises_at_once_and_says_nothing_for_the_one_before():
    random = np.random.default_rng(5)
    *_, last = looked(weeks(random, n=4, rows=4000, rate=0.024, month=1.0, level=(0.0, 0.2)))
    assert last.raised.current_worse and last.raised.previous_worse and not last.raised.previous_better


def test_a_fault_after_a_quiet_year_is_found_as_soon():
    random = np.random.default_rng(6)
    late = [made(random, k, auc=(0.845 if k < WEEKS else 0.81, 0.845)) for k in range(WEEKS + 12)]
    assert WEEKS < delay(late) <= WEEKS + 8


def test_what_was_raised_is_taken_back_only_where_the_evidence_is_gone():
    random = np.random.default_rng(7)
    good_again = [made(random, k, auc=(0.81 if k < 4 else 0.86, 0.845)) for k in range(20)]
    raised = [m.raised.previous_better for m in looked(good_again)]
    first, last = raised.index(True), len(raised) - raised[::-1].index(True)
    assert all(raised[first:last]) and not raised[-1], "once raised, once taken back"


def test_the_same_windows_again_change_nothing():
    windows = list(weeks(np.random.default_rng(8), n=3))
    once = look(begun(1, "v2.0.0", "v1.0.0"), windows, FLOORS, WATCH)
    assert look(once, windows, FLOORS, WATCH) == once


def test_one_look_at_all_windows_is_as_good_as_a_look_at_each():
    windows = list(weeks(np.random.default_rng(9), n=4))
    *_, last = looked(windows)
    assert look(begun(1, "v2.0.0", "v1.0.0"), windows, FLOORS, WATCH) == last


def test_memory_comes_back_from_json_as_it_was():
    *_, memory = looked(weeks(np.random.default_rng(10), n=2))
    assert msgspec.json.decode(msgspec.json.encode(memory), type=Memory) == memory


def test_a_new_promotion_begins_anew_and_the_same_one_goes_on():
    *_, memory = looked(weeks(np.random.default_rng(10), n=2))
    assert begun(1, "v2.0.0", "v1.0.0", memory) == memory
    assert begun(2, "v1.0.0", None, memory).against_previous.log_e == 0


def test_too_few_leavers_are_no_window_and_may_still_become_one():
    few = window(0, np.repeat([1, 0], [WATCH.min_leavers - 1, 500]), *np.full((2, 500 + WATCH.min_leavers - 1), 0.2))
    assert not enough(few, WATCH)
    assert look(begun(1, "b", "a"), [few], FLOORS, WATCH) == begun(1, "b", "a")


def test_without_a_previous_model_the_promise_alone_is_tested():
    random = np.random.default_rng(12)
    alone = [dataclasses.replace(w, previous=None) for w in weeks(random, n=12, auc=(0.7, 0.845))]
    *_, last = looked(alone, Floors(0.82, None))
    assert last.raised.current_worse and last.against_previous.log_e == 0 and not last.raised.previous_worse


def test_only_rows_that_are_to_be_bet_on_are():
    whole = made(np.random.default_rng(13), 0, auc=(0.7, 0.845))
    half = dataclasses.replace(whole, bet=np.arange(whole.rows) % 2 == 0)
    marked = window(0, whole.outcome[::2], whole.current[::2], whole.previous[::2])
    start = begun(1, "b", "a")
    assert look(start, [half], FLOORS, WATCH) == look(start, [marked], FLOORS, WATCH)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "sd"),
    [
        ({}, 0.05),
        ({"rho": 0.7}, 0.05),
        ({"level": (0.05, -0.05)}, 0.05),
        ({}, 0.1),
    ],
)
def test_over_200_quiet_years_of_shared_month_effects_one_in_a_hundred_raises_anything(how, sd):
    random = np.random.default_rng(5)
    wrong = {"previous_better": 0, "current_worse": 0, "previous_worse": 0}
    for _ in range(200):
        *_, last = looked(year(random, sd, **how))
        for fault in wrong:
            wrong[fault] += getattr(last.raised, fault)
    assert max(wrong.values()) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("sd", [0.05, 0.1])
@pytest.mark.parametrize("rate", [RATE, 0.03])
def test_over_200_quiet_years_somebody_is_called_once_in_104_weeks_at_most(sd, rate):
    assert pages(200, sd, rate=rate) <= 200 * WEEKS / 104


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.8, 0.9, 0.95])
@pytest.mark.parametrize("sd", [0.0, 0.1])
def test_a_fall_of_auc_from_845_to_81_is_found_in_3_weeks_at_the_median_and_in_8_nearly_always(rho, sd):
    found = delays(200, sd, rho=rho)
    assert np.median(found) <= 3 and (found <= 8).mean() >= 0.95
