import pytest

from mainstay.release.figures import NONE, difference, number, share, signed


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.84512, "0.8451"),
        (0.0, "0.0000"),
        (-0.00001234, "-0.000012"),
        (123456, "123,456"),
        (3, "3"),
        (1234.56, "1,234.6"),
        (None, NONE),
        (float("nan"), NONE),
        (float("inf"), NONE),
        (True, NONE),
        ("0.5", NONE),
    ],
)
def test_a_number_has_few_digits_and_is_never_nan(value, written):
    assert number(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(0.5, "+0.5000"), (-0.5, "-0.5000"), (0, "0"), (0.0, "0"), (-12345, "-12,345"), (None, NONE)]
)
def test_a_difference_has_a_sign(value, written):
    assert signed(value) == written


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ((0.0043, 0.0001, 0.0085), "+0.0043 [+0.0001, +0.0085]"),
        ((-0.00011, -0.00023, 0.0000071), "-0.00011 [-0.00023, +0.00001]"),
        ((0.5, None, 0.6), "+0.5000"),
        ((0.5, 0.4, float("nan")), "+0.5000"),
        ((None, 0.1, 0.2), NONE),
        ((0.0, 0.0, 0.0), "0 [0, 0]"),
    ],
)
def test_a_difference_and_its_bounds_have_as_many_digits(given, written):
    assert difference(*given) == written


def test_a_share_is_in_percent():
    assert share(0.01234) == "1.23%"
    assert share(None) == NONE
