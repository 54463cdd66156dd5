"""Texts that try to be more than text, and how GitHub's own parser and a browser read what holds them."""

from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><b>",
    "</script><script>alert(1)</script>",
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
    """The tags of a page, the text that follows each, and all addresses that it names."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.texts, self.addresses = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.texts.append("")
        self.addresses += [value for name, value in attrs if name in ("href", "src", "srcset", "action", "data")]

    def handle_data(self, data):
        if self.texts:
            self.texts[-1] += data

    def handle_comment(self, data):
        self.tags.append("comment")


def rendered(markdown: str) -> Tags:
    """By GitHub's own parser, with raw HTML let through, so that any would be seen."""
    extensions = ["table", "autolink", "strikethrough"]
    page = cmarkgfm.markdown_to_html_with_extensions(markdown, Options.CMARK_OPT_UNSAFE, extensions)
    return Tags(page.replace("\n<", "<").replace(">\n", ">"))
