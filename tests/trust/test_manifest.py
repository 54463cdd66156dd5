import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tagged import manifest, promotion

from mainstay.refusal import Refusal
from mainstay.trust.manifest import Earlier, Golden, Judged, message, read_manifest, read_promotion

finite = st.floats(allow_nan=False, allow_infinity=False)
values = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | finite | st.text(max_size=8)
golden = st.builds(Golden, row=st.dictionaries(st.text(max_size=8), values, max_size=4), score=finite)
lines = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)
reasons = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3)
judged = st.builds(
    Judged,
    answer=st.sampled_from(["pass", "inconclusive"]),
    reasons=reasons,
    digests=st.dictionaries(st.text(max_size=8), st.none() | st.text(max_size=8), max_size=3),
    champion=st.none(),
    accepted_by=st.none() | lines,
)
manifests = st.builds(
    lambda **changes: manifest(**changes),
    gate=judged,
    golden=st.lists(golden, min_size=1, max_size=3),
    metrics=st.dictionaries(st.text(max_size=8), finite | st.none(), max_size=3),
)
earlier = st.none() | st.builds(Earlier, counter=st.integers(1, 9), tag=st.just("e" * 40))
promotions = st.builds(promotion, why=lines, by=lines, counter=st.integers(1, 10**9), earlier=earlier)


@given(manifests)
def test_a_release_is_read_as_it_was_written(content):
    assert read_manifest(message(content), "x") == content


@given(promotions)
def test_a_promotion_is_read_as_it_was_written(content):
    assert read_promotion(message(content), "x") == content


def test_a_message_is_a_line_for_people_a_blank_one_and_one_of_json_that_ends():
    first, blank, json, end = message(promotion()).split("\n")
    assert first == "production serves v1.0.0: it is better" and (blank, end) == ("", "")
    assert json.startswith('{"by":"tester","channel":"production","counter":1,')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"format":1', '"format":2', "format is 2, this code reads 1 only"),
        ('{"by"', '{"also":1,"by"', "unknown field `also`"),
        ('"by":"tester",', "", "missing required field `by`"),
        ('"counter":1', '"counter": 1', "not in canonical form"),
        ('"counter":1', '"counter":1,"counter":2', "not in canonical form"),
        ('"counter":1', '"counter":true', "counter"),
        ('"counter":1', '"counter":0', "counter"),
        ('"release":"v1.0.0"', '"release":"1.0"', "wanted one as v1.4.0"),
        ('"channel":"production"', '"channel":"../x"', "channel"),
        ('"kind":"promote"', '"kind":"delete"', "kind"),
        ("\n\n{", "\n{", "not a line, a blank one"),
        ("\n\n{", "\n\nmore\n{", "not a line, a blank one"),
        ("}\n", "}", "not a line, a blank one"),
        ("}\n", "\n", "holds no JSON"),
        ("}\n", "} {}\n", "holds no JSON"),
        ("{", "[" * 5000 + "{", "."),
    ],
)
def test_any_other_message_is_refused(old, new, said):
    text = message(promotion())
    assert old in text
    with pytest.raises(Refusal, match=said):
        read_promotion(text.replace(old, new, 1), "x")


@pytest.mark.parametrize(
    "content",
    [
        lambda: manifest(golden=[]),
        lambda: manifest(golden=[Golden(row={}, score=math.nan)]),
        lambda: promotion(why="two\nlines"),
        lambda: promotion(counter=0),
        lambda: promotion(tag="short"),
    ],
)
def test_what_could_not_be_read_is_not_written(content):
    with pytest.raises(Refusal):
        message(content())
