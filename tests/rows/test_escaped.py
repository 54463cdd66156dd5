import pytest

from mainstay.rows.escaped import escaped


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-5", "-5"),
        ("-5+cmd|x", "'-5+cmd|x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("a\r\nb\x00", "a\\r\\nb\\x00"),
        ("\t=1", "\\t=1"),
        ("Zoë 😀 زبون", "Zoë 😀 زبون"),
    ],
)
def test_a_value_is_escaped(text, safe):
    assert escaped(text) == safe
