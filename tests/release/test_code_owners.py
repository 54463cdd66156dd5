import pytest

from mainstay.release.code_owners import owners


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", set()),
        ("* @olga", {"olga"}),
        ("/params.yaml @Olga @bo # both", {"olga", "bo"}),
        ("params.yaml @olga", {"olga"}),
        ("*.yaml @olga", {"olga"}),
        ("* @olga\n/params.yaml @bo", {"bo"}),
        ("/params.yaml @bo\n* @olga", {"olga"}),
        ("* @olga\n/params.yaml", set()),
        ("/docs/ @olga", set()),
        ("/params.yaml @acme/team olga@example.org", set()),
        ("# /params.yaml @olga", set()),
    ],
)
def test_the_last_line_that_fits_says_who(text, wanted):
    assert owners(text, "params.yaml") == wanted
