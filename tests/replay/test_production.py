import datetime

from mainstay.replay.production import Production

DAY = datetime.date(2024, 3, 1)


def test_nothing_runs_at_first():
    assert (Production().current, Production().previous, Production().champion) == (None, None, None)


def test_a_rollback_goes_to_the_release_before_and_never_to_one_that_was_left():
    three = Production().promoted("2024-01", b"1", DAY).promoted("2024-02", b"2", DAY).promoted("2024-03", b"3", DAY)
    assert three.previous == "2024-02"
    back = three.gone_back("2024-02", DAY)
    assert (back.current, back.champion, back.previous) == ("2024-02", b"2", "2024-01")
    again = back.promoted("2024-05", b"5", DAY)
    assert again.previous == "2024-02"


def test_the_day_of_the_last_rollback_is_known():
    assert Production().promoted("2024-01", b"1", DAY).rolled_back_on is None
    assert Production().promoted("2024-01", b"1", DAY).gone_back("2024-01", DAY).rolled_back_on == DAY
