import pytest

from mainstay.release.fit import Part, fit

PARTS = [Part("first", "a" * 100), Part("second", "b" * 100), Part("third", "c" * 100)]


def test_what_fits_is_kept_whole_and_in_order():
    assert fit(PARTS) == "\n\n".join(p.text for p in PARTS) + "\n"


@pytest.mark.parametrize(("limit", "kept"), [(305, 3), (300, 2), (250, 1)])
def test_the_last_parts_go_first_and_are_named(limit, kept):
    text = fit(PARTS, limit)
    assert len(text) <= limit
    assert [p.name for p in PARTS if p.text in text] == [p.name for p in PARTS[:kept]]
    assert all(p.name in text for p in PARTS[kept:])


def test_a_first_part_that_is_too_long_alone_is_cut_and_says_so():
    text = fit([Part("verdict", "fail\n" + "why " * 1000)], 500)
    assert text.startswith("fail") and len(text) <= 500 and "Cut here" in text
