"""Drills 62 to 69: what may befall the outcomes that the watch lives on."""

import numpy as np
import pandas
import pytest
from watched import delay, made, season
from watched_shop import BAD, GOOD, WatchedShop


@pytest.fixture
def shop(tmp_path, undrawn):
    return lambda **about: WatchedShop(tmp_path, **about).start()


def nothing(frame):
    """No outcomes came."""


def test_62_without_outcomes_the_state_is_unknown_and_in_time_an_alert(shop):
    one = shop(current=GOOD, previous=BAD).live([0]).live(range(1, 6), outcomes=nothing)
    (one.root / "outcomes/2024-01.csv").write_text("customer,day,churned\nsomebody,2023-01-01,0\n")
    soon, late = one.watch(1), one.watch(5)
    assert (soon.decision.action, soon.decision.status) == ("nothing", "unknown")
    assert (late.decision.action, late.decision.condition, late.decision.status) == (
        "alert",
        "outcomes-overdue",
        "unknown",
    )


def test_63_late_outcomes_open_no_window_and_then_count_as_any(shop):
    """Leavers are known at once, stayers only at the end: what is known early looks far worse than it is."""

    def leavers(frame):
        return frame.loc[frame["churned"] == 1]

    one = shop(current=GOOD, previous=BAD).live(range(2), outcomes=leavers)
    assert one.watch(1).decision.condition == "outcomes-waiting"
    for n in range(2):
        one.outcomes(one.rows(n), f"late-{n}")
    found = one.watch(4)
    assert [w.coverage for w in found.book.windows] == [1, 1] and found.decision.condition == "quiet"


def test_64_the_same_outcomes_twice_change_nothing_and_contradicting_ones_are_set_aside(shop):
    one = shop(current=GOOD, previous=BAD, settings={"max_contradicting_share": 0.2}).live(range(2))
    once = one.watch(4)
    (one.root / "state.json").unlink()
    one.outcomes(one.rows(0), "again")
    assert one.watch(4).book == once.book
    (one.root / "state.json").unlink()
    rows = one.rows(1)
    one.outcomes(rows.head(30).assign(churned=1 - rows["churned"].head(30)), "denied")
    assert [w.current.rows for w in one.watch(4).book.windows] == [600, 570]


def test_65_a_month_without_predictions_is_no_data_and_no_alarm(shop):
    found = shop(current=GOOD, previous=BAD).live([0, 3]).watch(5)
    assert [w.name for w in found.book.windows] == ["2024-01", "2024-04"]
    assert found.decision.action == "nothing"


def test_66_a_season_rolls_nothing_back():
    random = np.random.default_rng(66)
    two_years = (made(random, k, rows=4000, rate=0.05, month=2 * season(k, 12), days=30) for k in range(24))
    assert delay(two_years) == np.inf


def test_67_poison_too_slow_for_any_one_window_is_found_by_all_together(shop):
    """Each month a little more of the scores' meaning goes; no step is more than .004 of ROC AUC."""
    random = np.random.default_rng(67)
    windows = [made(random, k, auc=(0.845 - 0.004 * k, 0.845)) for k in range(16)]
    found = delay(windows)
    assert 4 < found <= 16


def forged_copies(rows):
    return pandas.concat([rows] * 5)


def forged_strangers(rows):
    return pandas.concat([rows, *(rows.assign(customer=rows["customer"] + f"-{n}") for n in range(3))])


def forged_denials(rows):
    return pandas.concat([rows, rows.head(100).assign(churned=1 - rows["churned"].head(100))])


def all_left(rows):
    return rows.assign(churned=1)


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        (forged_copies, "5.0 outcomes a customer"),
        (forged_strangers, "nobody asked about"),
        (forged_denials, "contradict"),
    ],
)
def test_68_forged_outcomes_are_paged_and_no_decision_is_made_by_them(shop, forged, said):
    found = shop(current=BAD, previous=GOOD).live(range(3), outcomes=forged).watch(4)
    assert (found.decision.action, found.decision.condition) == ("page", "outcomes-distrusted")
    assert said in found.decision.why and not found.book.windows


def test_68_a_month_in_which_nearly_all_left_is_not_believed_until_it_is_mended(shop):
    one = shop(current=GOOD, previous=BAD, settings={"max_rate_jump": 3.0}).live(range(2))
    one.live([2], outcomes=all_left)
    poisoned = one.watch(4)
    assert (poisoned.decision.condition, poisoned.decision.status) == ("outcomes-distrusted", "unknown")
    assert poisoned.book.memory.against_previous.ranking.windows == ("2024-01", "2024-02")
    one.outcomes(one.rows(2), "2024-03.correction-1")
    mended = one.watch(5)
    assert mended.decision.action == "nothing" and mended.book.memory.against_previous.ranking.windows[-1] == "2024-03"


def test_69_a_restart_finds_the_same_state_byte_for_byte(shop):
    one = shop(current=BAD, previous=GOOD, clear=0.7).live(range(3))
    one.watched(range(1, 5))
    files = [one.root / name for name in ("state.json", "reports/watch.json", "reports/watch.html")]
    before = [file.read_bytes() for file in files]
    one.watch(4)
    assert [file.read_bytes() for file in files] == before


def test_69_a_run_that_was_killed_before_it_kept_its_state_is_made_again(shop, monkeypatch):
    one = shop(current=BAD, previous=GOOD).live(range(3))
    one.watch(1)
    before = (one.root / "state.json").read_bytes()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("mainstay.monitoring.book.write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        one.watch(4)
    assert (one.root / "state.json").read_bytes() == before
    assert one.watch(4).decision.action == "rollback"
