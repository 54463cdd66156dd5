import re
from html.parser import HTMLParser

import pandas
import pytest
from watched_shop import BAD, GOOD, WatchedShop, served


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Drawn for real, with a release's reason that tries to be a script."""
    one = WatchedShop(tmp_path_factory.mktemp("page"), current=BAD, previous=GOOD).start().live(range(3))
    one.lineup(served(3, "v1.1.0", "2023-12-20", why="<script>alert(1)</script>"))
    reference = pandas.concat([one.rows(n) for n in range(3)])
    reference.to_parquet(one.root / "train.parquet", index=False)
    one.live([3], outcomes=lambda rows: None)
    one.watch(4, reference=one.root / "train.parquet")
    return one


@pytest.fixture(scope="module")
def page(shop):
    return (shop.root / "reports/watch.html").read_text()


def test_it_asks_nothing_of_any_network_and_runs_nothing(page):
    assert "default-src 'none'" in page and "script-src" not in page and "<script" not in page
    without = page.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "")
    assert not re.search(r"(https?:)?//\w", without)


def test_what_others_wrote_is_escaped(page):
    assert "&lt;script&gt;alert(1)" in page


def test_every_part_is_there_with_its_chart(page):
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert titles == [
        "ROC AUC",
        "Observed over expected leavers",
        "Log loss",
        "Evidence",
        "Calibration",
        "Windows",
        "Before outcomes are known",
        "Drift from training",
        "What was decided, and why",
    ]
    assert page.count("<svg") == 6 and "rollback to v1.0.0" in page


def test_its_tags_are_balanced(page):
    class Tags(HTMLParser):
        void = {"meta", "br", "hr", "path", "line", "rect", "circle"}

        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            if tag not in self.void:
                self.open.append(tag)

        def handle_endtag(self, tag):
            if tag not in self.void:
                assert self.open.pop() == tag

    tags = Tags()
    tags.feed(page)
    assert tags.open == []


def test_before_any_window_has_closed_it_says_that_nothing_is_known(tmp_path):
    one = WatchedShop(tmp_path, current=GOOD, previous=BAD).start().live([0])
    one.watch(0)
    text = (tmp_path / "reports/watch.html").read_text()
    assert "No window has closed yet" in text and 'class="decision unknown"' in text
