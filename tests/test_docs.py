"""What the pages say is there is there, and what is there is on some page."""

import re

import pytest
from click.testing import CliRunner
from imports import ROOT
from readme import SHOWN

from mainstay.cli import verbs

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {page.name: page.read_text() for page in PAGES}
MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_into_the_repository_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", TEXT)
def test_every_make_target_on_a_page_exists(page):
    targets = set(re.findall(r"(?:^|[`;&]\s*)make ([a-z][a-z-]*)", TEXT[page], re.MULTILINE))
    assert [t for t in sorted(targets) if not re.search(rf"^{t}:", MAKEFILE, re.MULTILINE)] == []


@pytest.mark.parametrize("page", TEXT)
def test_every_verb_on_a_page_exists(page):
    told = set(re.findall(r"(?:`|bin/)mainstay ([a-z-]+)", TEXT[page]))
    assert sorted(told - set(verbs.commands)) == []


@pytest.mark.parametrize("verb", sorted(verbs.commands))
def test_every_verb_has_help_with_an_example_and_stands_on_a_page(verb):
    shown = CliRunner().invoke(verbs, [verb, "--help"])
    assert shown.exit_code == 0
    assert f"mainstay {verb}" in shown.output.split("Options:")[0].split("\n", 2)[2], "wanted an example"
    assert any(f"mainstay {verb}" in text for text in TEXT.values()), f"no page tells of `mainstay {verb}`"


def test_the_readme_shows_what_a_run_ends_with():
    assert "roc_auc" in SHOWN.search(TEXT["README.md"])[1], "run `make readme`"


def test_every_number_in_the_params_file_has_its_meaning_beside_it():
    lines = (ROOT / "params.yaml").read_text().splitlines()
    sections = [n for n, line in enumerate(lines) if re.match(r"[a-z]+:", line)]
    for start, end in zip(sections, [*sections[1:], len(lines)], strict=True):
        assert any("#" in line for line in lines[start:end]), f"no word on {lines[start]}"
