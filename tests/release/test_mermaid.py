import html
import math
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.release.charts import charts
from mainstay.release.mermaid import BLUE, ORANGE, Axis, Series, around, chart
from mainstay.release.side_by_side import Scored

FINITE = st.floats(-1e6, 1e6)


def test_a_chart_is_a_block_with_its_colours_and_a_caption():
    lines = [Series("champion", BLUE, [0, 0.5]), Series("candidate", ORANGE, [0, 0.25], bars=True)]
    text = chart("Title", Axis("x", marks=("a", "b")), Axis("y", 0, 1), lines)
    assert text.splitlines() == [
        "```mermaid",
        '%%{init: {"xyChart": {"width": 720, "height": 340}, '
        '"themeVariables": {"xyChart": {"plotColorPalette": "#0072B2, #D55E00"}}}}%%',
        "xychart-beta",
        '    title "Title"',
        '    x-axis "x" ["a", "b"]',
        '    y-axis "y" 0 --> 1',
        "    line [0, 0.5]",
        "    bar [0, 0.25]",
        "```",
        "",
        "🟦 champion 🟧 candidate",
    ]


def test_figures_have_no_exponent_which_mermaid_does_not_read():
    text = chart("t", Axis("x"), Axis("y", 0, 1e-5), [Series("s", BLUE, [1e-6, 1e-5])])
    assert "e-" not in text.split("xychart-beta")[1]
    assert "[0.000001, 0.00001]" in text


@pytest.mark.parametrize(
    ("values", "marks", "wrong"),
    [
        ([[1.0, math.nan]], (), "finite"),
        ([[1.0, math.inf]], (), "finite"),
        ([[1.0]], (), "at least two"),
        ([[1.0, 2.0], [1.0, 2.0, 3.0]], (), "as many in each"),
        ([[1.0, 2.0]], ("a", "b", "c"), "as many in each"),
        ([[1.0, 2.0]], ('a"', "b"), "without quotes"),
        ([[1.0, 2.0]], ("a\n", "b"), "without quotes"),
    ],
)
def test_what_mermaid_would_draw_wrongly_is_no_chart(values, marks, wrong):
    with pytest.raises(ValueError, match=wrong):
        chart("t", Axis("x", marks=marks), Axis("y"), [Series("s", BLUE, v) for v in values])


@given(st.lists(FINITE, min_size=1, max_size=5), st.floats(0.01, 10))
def test_an_axis_holds_all_its_values(values, least):
    low, high = around(values, least=least)
    assert low <= min(values) and max(values) <= high
    assert high - low >= least - 1e-6


MERMAID = "mermaid@11.17.2"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRAW = """
<script>
  mermaid.initialize({startOnLoad: false});
  const end = (how) => document.body.dataset.end = how;
  mermaid.run({querySelector: "pre"}).then(() => end("drawn"), end);
</script>
"""


@pytest.fixture(scope="module")
def mermaid(tmp_path_factory):
    """Mermaid itself, as one script."""
    if CHROMIUM is None or shutil.which("npm") is None:
        pytest.skip("no Chromium or no npm to draw with")
    folder = tmp_path_factory.mktemp("mermaid")
    command = [
        "npm",
        "install",
        "--silent",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(folder),
        MERMAID,
    ]
    if subprocess.run(command, capture_output=True, check=False, timeout=300).returncode:
        pytest.skip(f"{MERMAID} cannot be installed here")
    return folder / "node_modules/mermaid/dist/mermaid.min.js"


@pytest.mark.slow
def test_mermaid_itself_draws_every_chart(mermaid, tmp_path):
    outcome, score = (np.arange(300) % 4 == 0).astype(float), np.linspace(0.001, 0.9, 300)
    models = (score**2, score[::-1], np.full(300, 0.3), np.full(300, 1e-7))
    text = "\n".join(charts(Scored(outcome, score, champion)) for champion in models)
    blocks = [part.split("```")[0] for part in text.split("```mermaid\n")[1:]]
    assert drawn(mermaid, tmp_path, blocks) == ("drawn", 12)


@pytest.mark.slow
def test_what_mermaid_cannot_read_is_seen_by_that_test(mermaid, tmp_path):
    assert drawn(mermaid, tmp_path, ["xychart-beta\n    line [1, 1e-7, nan]"])[0] != "drawn"


def drawn(mermaid, tmp_path, blocks):
    """How drawing ended, and how many charts there are then."""
    page = tmp_path / "charts.html"
    blocks = "".join(f"<pre>{html.escape(block)}</pre>" for block in blocks)
    page.write_text(f'<!doctype html><meta charset="utf-8">{blocks}<script src="{mermaid.as_uri()}"></script>{DRAW}')
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    command += ["--virtual-time-budget=30000", "--dump-dom", page.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True).stdout
    end = dom.split('data-end="')[1].split('"')[0] if 'data-end="' in dom else "nothing"
    return end, dom.count('aria-roledescription="xychart"')
