import re
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st

from mainstay.release.markdown import EMPTY, JOINER, escaped, folded, shown, table

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><b>",
    "<!-- comment",
    "&lt;b&gt; &amp; &#60;",
    "[click](https://evil.example)",
    "![](https://evil.example/pixel.png)",
    "[ref]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/a?b=c",
    "www.evil.example",
    "ftp://evil.example",
    "mailto:a@b.example",
    "xmpp:a@b.example/c",
    "someone@evil.example",
    "@octocat and @team/people",
    "fixes #1, GH-2, owner/repo#3, owner/repo@0123abc",
    "0123456789abcdef0123456789abcdef01234567",
    ":tada: :+1:",
    "$x^2$ and $`x`$",
    "`code` ``more`` ```fence",
    "a | b \\| c \\\\| d |",
    "one\ntwo\r\nthree\tfour\u2028five\x00six\x1b[31m",
    "\u202egnp.exe \u2066x\u2069 \u200bzero\ufeff",
    "=HYPERLINK(1)",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "**bold** _it_ ~~no~~ *x",
    "# heading",
    "> quote",
    "- item",
    "1. item",
    "---",
    "| --- |",
    "[^1] [x] [ ]",
    "trailing \\",
    "  ",
    "",
    "x" * 5000,
    "e" + "\u0301" * 5000,
]


class Tags(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.texts.append("")

    def handle_data(self, data):
        if self.texts:
            self.texts[-1] += data

    def handle_comment(self, data):
        self.tags.append("comment")


def rendered(markdown: str) -> Tags:
    """By GitHub's own parser, with raw HTML let through, so that any would be seen."""
    extensions = ["table", "autolink", "strikethrough"]
    return Tags(
        cmarkgfm.markdown_to_html_with_extensions(markdown, Options.CMARK_OPT_UNSAFE, extensions)
        .replace("\n<", "<")
        .replace(">\n", ">")
    )


@given(st.text(max_size=60))
@pytest.mark.parametrize("place", ["cell", "sentence"])
def test_any_text_is_rendered_as_it_is_shown(place, text):
    assert_shown(place, text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["cell", "sentence"])
def test_hostile_text_is_shown_and_not_obeyed(place, text):
    assert_shown(place, text)


def assert_shown(place: str, text: str) -> None:
    if place == "cell":
        seen = rendered(table(["a", "b"], [[escaped(text), "end"]], "lr"))
        assert seen.tags == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
        assert seen.texts[-2:] == [shown(text), "end"]
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


def test_a_folded_part_holds_a_table():
    seen = rendered(folded("More", table(["a"], [["1"]], "l")))
    assert seen.tags == ["details", "summary", "table", "thead", "tr", "th", "tbody", "tr", "td"]
