import json
import re
import shutil
import subprocess

import pytest
from hostile import HOSTILE, Tags
from reported import PLOT, material

from mainstay.model.file import Reason
from mainstay.release.dvc_diff import Plot
from mainstay.release.markdown import shown
from mainstay.release.missing import Missing
from mainstay.release.moved import Moved, View
from mainstay.release.page import page
from mainstay.release.report import parts, whole

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
BARS = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"x": 1, "y": 2, "rev": "champion"}, {"x": 2, "y": 3, "rev": "candidate"}]},
    "transform": [{"calculate": "datum.y * 2", "as": "z"}],
    "mark": "bar",
    "encoding": {"x": {"field": "x"}, "y": {"field": "z", "type": "quantitative"}, "color": {"field": "rev"}},
}


def customer(text="C1", value=2.0):
    view = View(0.25, 0.5, (Reason(text, value, 0.75),))
    return Moved(text, "2024-06-01", True, view, View(0.5, 0.1, (Reason("tenure", None, -0.5),)))


def test_the_page_holds_report_plots_and_customers():
    text = page("## 🟢 PASS", (PLOT,), (customer(),))
    assert "<h2>🟢 PASS</h2>" in text
    assert '<div data-plot="plot-0"></div>' in text and '<script type="application/json" id="plot-0">' in text
    assert "rose by 40.0 points" in text
    assert "+0.75 C1 = 2" in text and "-0.50 tenure = missing" in text


def test_nothing_on_the_page_may_be_asked_for_or_run_but_its_own_script():
    text = page("x", (PLOT,), ())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules["script-src"])
    seen = Tags(text)
    assert not seen.addresses
    assert seen.tags.count("script") == 2


def test_what_is_missing_is_said_where_it_would_have_stood():
    text = page("x", Missing("no plot"), Missing("no <b>champion</b>"))
    assert "⚠️ Missing: no plot" in text
    assert "⚠️ Missing: no &lt;b&gt;champion&lt;/b&gt;" in text
    assert "<p>No customer's rank moved.</p>" in page("x", (), ())


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_data_hold_is_shown_and_not_obeyed(text):
    plot = Plot(text, {"title": text, "data": {"values": [{"a": text}]}})
    calm, seen = (Tags(page("x", (p,), (customer(t, t),))) for p, t in ((PLOT, "calm"), (plot, text)))
    assert seen.tags == calm.tags
    assert not seen.addresses
    assert shown(text) in seen.texts[seen.tags.index("figcaption")]
    held = seen.texts[seen.tags.index("script")]
    assert json.loads(held) == plot.specification


def test_the_page_has_every_row_of_the_tables_that_the_comment_cuts():
    text = whole(material())
    assert "plan=basic" in text
    assert "plan=basic" not in "".join(part.text for part in parts(material()))


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to draw with")
def test_a_browser_draws_every_plot_under_the_pages_policy(tmp_path):
    file = tmp_path / "report.html"
    file.write_text(page("## Report", (Plot("a", BARS), Plot("b", BARS)), (customer("<img src=x onerror=y>"),)))
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000", "--dump-dom"]
    done = subprocess.run([*command, file.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    drawn = Tags(done.stdout)
    assert drawn.tags.count("svg") == 2
    assert "could not be drawn" not in "".join(t for g, t in zip(drawn.tags, drawn.texts, strict=True) if g == "div")
    assert "img" not in drawn.tags
