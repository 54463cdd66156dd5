from mainstay.replay.production import Production


def test_nothing_runs_at_first():
    assert (Production().current, Production().previous, Production().champion) == (None, None, None)


def test_a_rollback_goes_to_the_release_before_and_never_to_one_that_was_left():
    three = Production().promoted("2024-01", b"1").promoted("2024-02", b"2").promoted("2024-03", b"3")
    assert three.previous == "2024-02"
    back = three.gone_back("2024-02")
    assert (back.current, back.champion, back.previous) == ("2024-02", b"2", "2024-01")
    again = back.promoted("2024-05", b"5")
    assert again.previous == "2024-02"
