import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.evidence.e_process import Process, log_e, log_mean, updated

STEPS = st.lists(st.tuples(*[st.floats(-3, 3)] * 3), max_size=12)


def played(steps):
    process = Process()
    for number, step in enumerate(steps):
        process = updated(process, str(number), step)
    return process


def test_before_any_window_there_is_no_evidence():
    assert log_e(Process()) == 0


def test_windows_that_change_nothing_leave_no_evidence():
    assert log_e(played([(0.0, 0.0)] * 20)) == pytest.approx(0, abs=1e-12)


def test_half_of_the_wealth_plays_the_first_window():
    assert math.exp(log_e(played([(math.log(9.0),)]))) == pytest.approx(0.5 * 9 + 0.5)


def test_a_fault_that_comes_late_is_found_nearly_as_fast():
    bad, quiet = (0.0, math.log(3.0)), (math.log(0.9), math.log(0.5))
    late = played([quiet] * 50 + [bad] * 14)
    assert log_e(late) > math.log(100)


@given(STEPS)
def test_the_same_window_twice_changes_nothing(steps):
    process = played(steps)
    for window in process.windows:
        assert updated(process, window, (9.0,) * 3) is process


@given(STEPS)
def test_it_comes_back_from_json_as_it_was(steps):
    process = played(steps)
    assert msgspec.json.decode(msgspec.json.encode(process), type=Process) == process


def test_wealth_too_large_or_small_for_a_float_is_carried_on():
    assert log_e(played([(500.0,)] * 10)) > 4000
    assert log_e(played([(-500.0,)] * 10)) == pytest.approx(math.log(0.05))


def test_another_number_of_sizes_is_refused():
    with pytest.raises(ValueError, match="sizes"):
        updated(played([(1.0, 2.0)]), "new", (1.0,))


def test_the_mean_of_two_is_of_their_values_not_of_their_logs():
    rich, poor = played([(math.log(9.0),)]), Process()
    assert math.exp(log_mean((rich, poor))) == pytest.approx((5 + 1) / 2)


def test_a_fair_game_seldom_ever_reaches_a_hundred():
    random = np.random.default_rng(0)
    reached = 0
    for _ in range(300):
        process = Process()
        for window in range(60):
            coins = random.choice([-1.0, 1.0], 10)
            process = updated(process, str(window), tuple(np.log1p(size * coins).sum() for size in (0.1, 0.5)))
            if log_e(process) >= math.log(100):
                reached += 1
                break
    assert reached <= 6  # 1% of 300 are 3
