from mainstay.replay.watching import Past, since_promotion


def test_only_months_that_the_running_release_served_without_a_break_count():
    assert since_promotion(()) == []
    assert since_promotion(((1, "a"), (2, "b"), (3, "b"))) == [2, 3]
    assert since_promotion(((1, "a"), (2, "b"), (3, "a"))) == [3]
    assert since_promotion(((1, "a"), (2, "a"))) == [1, 2]


def test_a_month_in_which_nothing_ran_is_not_in_the_log():
    assert Past().served(1, None).served(2, "a").months == ((2, "a"),)
