import pytest

from mainstay.pipeline.adoption.names import is_a_key, is_of_the_person, speaks_of_leaving, words


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("TotalCharges", ("total", "charges")),
        ("total_charges", ("total", "charges")),
        ("customerID", ("customer", "id")),
        ("URLVisits30d", ("url", "visits", "30", "d")),
        ("Churn Score", ("churn", "score")),
        ("_", ()),
    ],
)
def test_a_name_falls_into_words_however_it_is_written(name, found):
    assert words(name) == found


@pytest.mark.parametrize(
    ("name", "leaves"),
    [
        ("churn_reason", True),
        ("Churn Score", True),
        ("ChurnValue", True),
        ("cancellation_date", True),
        ("cancelled", True),
        ("terminatedOn", True),
        ("Exited", True),
        ("attrition_flag", True),
        ("has_left", True),
        ("left", True),
        ("months_left", False),
        ("left_handed", False),
        ("exit_polls_answered", False),
        ("tenure", False),
        ("Contract", False),
        ("electronic_cheque", False),
        ("searches", False),
    ],
)
def test_names_that_speak_of_leaving_are_told_from_those_that_do_not(name, leaves):
    assert speaks_of_leaving(name) == leaves


@pytest.mark.parametrize(
    ("name", "person"), [("gender", True), ("Customer Sex", True), ("Essex", False), ("racecourse", False)]
)
def test_names_of_who_someone_is(name, person):
    assert is_of_the_person(name) == person


@pytest.mark.parametrize(("name", "key"), [("AccountID", True), ("phone_number", True), ("number_of_calls", False)])
def test_names_of_keys(name, key):
    assert is_a_key(name) == key
