"""The alert rules fire when they should and not before, go by metrics that are there, and lead to a page that helps."""

import datetime
import re
import subprocess
from typing import get_args

import pytest
from alerts import RULES, WRAPPED, rules, wrapped
from imports import ROOT
from servers import place

from mainstay.monitoring import decide, textfile
from mainstay.params import load
from mainstay.serving import exposition, status
from mainstay.serving.current import Current
from mainstay.serving.exposition import Collector, Counts
from mainstay.serving.loading import Check
from mainstay.serving.recording import Recording

CASES = ROOT / "tests/deploy/rules_test.yaml"
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
STATUS = status.Status("current", None, "production", "v1.0.0", 1, "0" * 64, True, 0, 5.0)
METRIC = re.compile(r"\bmainstay_[a-z_]+")


@pytest.fixture(scope="module")
def promtool():
    found = subprocess.run([ROOT / ".ci/promtool"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.fixture(scope="module")
def exposed(tmp_path_factory):
    """The metrics of a server that follows a syncer and was asked about a dated row."""
    directory = tmp_path_factory.mktemp("slots")
    place(directory, "v1.0.0")
    status.tell(STATUS, directory)
    current = Current(directory, Check(1e-6, None, None), load(ROOT / "params.yaml", "serve"), print)
    current.look()
    current.loaded.model.about["split"] = {"train_until": "2024-01-31"}
    counts = Counts()
    counts.newest_row = datetime.date(2024, 6, 1)
    text = exposition.text(Collector(Recording(counts), current, ())).decode()
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    parts = {
        f"{name}_{part}" for name, kind in types.items() if kind == "histogram" for part in ("bucket", "sum", "count")
    }
    return set(types) | parts


def test_the_rules_fire_when_they_should_and_not_before(promtool):
    tested = subprocess.run([promtool, "test", "rules", CASES], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alert_is_seen_firing(rule):
    assert f'alertname="{rule["alert"]}"' in CASES.read_text()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_metric_of_a_rule_is_one_that_the_server_or_the_watch_tells(rule, exposed):
    watched = {textfile.PREFIX + name for name in textfile.HELP}
    assert set(METRIC.findall(rule["expr"])) <= exposed | watched


def test_whatever_the_watch_asks_for_has_an_alert_and_every_condition_its_line():
    asked = {action: name for name, text in _watch() for action in re.findall(r'action="(\w+)"', text)}
    assert {*asked, "nothing"} == set(get_args(decide.Action))
    for rule in decide.rules(cool_down_h=24.0):
        assert rule.action == "nothing" or f"`{rule.condition}`" in _section(asked[rule.action]), rule.condition


def _watch():
    return [(rule["alert"], rule["expr"]) for rule in rules() if "mainstay_watch_decision" in rule["expr"]]


def _section(alert):
    return RUNBOOK.partition(f"\n## {alert}\n")[2].partition("\n## ")[0]


def test_every_word_of_a_syncer_that_a_rule_waits_for_is_one_it_says():
    waited = [
        word
        for rule in rules()
        for found in re.findall(r'says!?[=~]+"([^"]+)"', rule["expr"])
        for word in found.split("|")
    ]
    assert waited
    assert set(waited) <= set(get_args(status.Says))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alert_leads_to_its_section_which_says_what_to_do(rule):
    name, told = rule["alert"], rule["annotations"]
    assert told["runbook_url"].endswith(f"/docs/runbook.md#{name.lower()}")
    section = _section(name)
    assert section.strip().startswith(f"*{rule['labels']['severity']}.*")
    for part in ("**Means**:", "**Mainstay has done**:", "**Do**"):
        assert part in section, part


def test_no_section_is_of_an_alert_that_is_gone():
    assert re.findall(r"^## (Mainstay\w+)$", RUNBOOK, re.MULTILINE) == [rule["alert"] for rule in rules()]


def test_the_operator_is_given_the_same_rules():
    assert WRAPPED.read_text() == wrapped(), f"{RULES} was changed; run `make alerts`"
