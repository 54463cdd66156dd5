import pytest

from mainstay.serving.problem import Problem
from mainstay.serving.request import Request


def asked(query):
    return Request(b"GET", b"/", query, {}, b"").asked("explain")


@pytest.mark.parametrize(
    ("query", "value"),
    [(b"", None), (b"&&", None), (b"explain", ""), (b"explain=3", "3"), (b"explain=%FF%00\xff;", "\ufffd\x00\xff;")],
)
def test_a_parameter_has_its_value(query, value):
    assert asked(query) == value


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (b"explian=3", "parameter 'explian' is not known; wanted explain"),
        (b"explain=3&more=1", "parameter 'more' is not known"),
        (b"explain=1&explain=2", "explain stands twice"),
        (b"a=1&" * 4000, "'a' is not known"),
    ],
)
def test_what_is_not_known_or_stands_twice_is_400(query, said):
    with pytest.raises(Problem, match=said) as found:
        asked(query)
    assert found.value.status == 400
