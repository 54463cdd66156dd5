import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.refusal import Refusal
from mainstay.rows.pseudonym import make_key, pseudonyms, read_key

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


@given(st.text(), st.text())
def test_ids_are_told_apart_and_never_shown(one, other):
    hidden = pseudonyms(KEY)([one, other])
    assert [len(own) for own in hidden] == [32, 32]
    if one.isascii() and other.isascii():
        assert (hidden[0] == hidden[1]) == (one == other)


def test_another_key_tells_nothing():
    assert pseudonyms(KEY)(["C007"]) != pseudonyms(OTHER)(["C007"])


def test_two_ways_to_write_a_letter_are_one_customer():
    first, second = pseudonyms(KEY)(["Zoe\u0301", "Zo\u00e9"])
    assert first == second


def test_nobody_has_no_pseudonym():
    assert pseudonyms(KEY)([None, "C007", None]) == ["", *pseudonyms(KEY)(["C007"]), ""]


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "etc/key"
    make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(read_key(path)) == 32
    with pytest.raises(Refusal, match="is there already"):
        make_key(path)


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "holds 0 bytes"), ("abcd", "holds 2 bytes"), ("no key", "not hexadecimal"), (None, "No such")],
)
def test_what_is_no_key_is_refused(tmp_path, text, why):
    path = tmp_path / "key"
    if text is not None:
        path.write_text(text)
    with pytest.raises(Refusal, match=why):
        read_key(path)
