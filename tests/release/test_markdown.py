import re

import pytest
from hostile import HOSTILE, Tags, rendered
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mainstay.release.markdown import EMPTY, JOINER, escaped, folded, shown, table


@given(st.text(max_size=60))
@pytest.mark.parametrize("place", ["cell", "sentence", "item"])
def test_any_text_is_rendered_as_it_is_shown(place, text):
    assert_shown(place, text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["cell", "sentence", "item"])
def test_hostile_text_is_shown_and_not_obeyed(place, text):
    assert_shown(place, text)


def assert_shown(place: str, text: str) -> None:
    if place == "cell":
        seen = rendered(table(["a", "b"], [[escaped(text), "end"]], "lr"))
        assert seen.tags == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
        assert seen.texts[-2:] == [shown(text), "end"]
    elif place == "item":
        seen = rendered(f"- {escaped(text)}\n- end")
        assert seen.tags == ["ul", "li", "li"]
        assert seen.texts[1].strip() == shown(text)
    else:
        seen = rendered(f"**Why:** {escaped(text)} so.")
        assert seen.tags == ["p", "strong"]
        assert seen.texts[-1] == f"Why: {shown(text)} so."


@given(st.text("@#ghGH-0123456789abcdef:/.w mailto", max_size=40))
@example("GH-1 #2 @me a@b.c 0123abc :tada:")
@example("0" * 40)
def test_nothing_that_is_shown_is_a_mention_a_reference_or_an_emoji(text):
    seen = shown(text)
    assert not re.search(r"(^|[^\w`])@[a-z0-9]", seen, re.IGNORECASE)  # as GitHub looks for mentions
    assert not re.search(r"#\d", seen)
    assert not re.search(r"\bgh-\d", seen, re.IGNORECASE)
    assert not re.search(r":[\w+-]+:", seen)
    assert not re.search(r"(?<!\w)[0-9a-f]{7,40}(?!\w)", seen, re.IGNORECASE)


@given(st.text(max_size=400))
def test_what_is_shown_is_one_short_visible_line_of_the_text(text):
    seen = shown(text, limit=100).replace(JOINER, "")
    assert len(seen) <= 101
    assert seen
    assert seen.isprintable()
    assert seen[0] not in "=+-@"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("monthly", "monthly"),
        ("two  years\n", "two years"),
        ("", EMPTY),
        ("=1+1", "'=1+1"),
        ("a\u202eb", "a(U+202E)b"),
        (0.5, "0.5"),
        ("Ärger 数据", "Ärger 数据"),
        ("quarterly plan", "quarterly…"),
    ],
)
def test_text_is_shown_in_one_line(text, seen):
    assert shown(text, limit=10) == seen


def test_harmless_text_stays_readable_in_the_source():
    assert escaped("ROC AUC is .845, 2.1% below (limit 0.01)") == "ROC AUC is .845, 2.1% below (limit 0.01)"


@given(st.text(max_size=60))
@example("a | b \\| c `d` <e>")
def test_the_page_reads_a_cell_as_github_does(text):
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(table(["a"], [[escaped(text)]], "l"))
    seen = Tags(page.replace("\n", ""))
    assert seen.tags == ["table", "thead", "tr", "th", "tbody", "tr", "td"]
    assert seen.texts[-1] == shown(text)


def test_a_folded_part_holds_a_table():
    seen = rendered(folded("More", table(["a"], [["1"]], "l")))
    assert seen.tags == ["details", "summary", "table", "thead", "tr", "th", "tbody", "tr", "td"]
