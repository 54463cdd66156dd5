from hypothesis import given
from hypothesis import strategies as st

from mainstay.release.harmless import harmless


@given(st.text() | st.text(alphabet=":#[ \na"))
def test_whatever_is_said_is_one_line_that_nothing_obeys(text):
    said = harmless(text)
    assert said.isprintable() and "\n" not in said
    assert "::" not in said and "##[" not in said
    assert harmless(said) == said


def test_commands_of_a_runner_are_broken_and_words_stay():
    assert harmless("a\n  ::error::b\x1b[31m ##[group]c \u202e d") == "a : :error: :b [31m ## [group]c d"
