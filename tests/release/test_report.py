from dataclasses import replace
from pathlib import Path

import pytest
from branches import RATES, model
from click.testing import CliRunner
from reported import METRICS, PARAMS, PLOT, SIZE, judged, material, verdict
from test_report_evidence import judge

from mainstay.cli import verbs
from mainstay.refusal import Refusal
from mainstay.release import report
from mainstay.release.dvc_diff import Diffs
from mainstay.release.fit import fit
from mainstay.release.git import Repository
from mainstay.release.judgement import write
from mainstay.release.missing import Missing

GOLDEN = Path(__file__).with_suffix(".golden.md")
"""To write it anew: `fit(parts(material()))`, read by a person before it is committed."""


def inputs(branch, **changes):
    root = branch.root
    paths = {"gate": root / "reports/gate.json", "candidate": root / "data/model.onnx"}
    paths |= {"champion_file": root / "reports/champion.onnx", "holdouts": (root / "data/test.parquet",)}
    return report.Inputs(**(paths | {"train": root / "data/train.parquet"} | changes))


def no_dvc(root, old):
    return Diffs(METRICS, PARAMS, (PLOT,))


def gathered(branch, **changes):
    return report.gather(Repository.at(branch.root), inputs(branch, **changes), no_dvc)


def text(found):
    return fit(report.parts(found))


def test_a_small_report_reads_as_it_did():
    assert text(material()) == GOLDEN.read_text(encoding="utf-8")


def test_the_verdict_comes_first_and_the_ruler_next_where_it_changed():
    changes = [{"part": "gate", "sentence": "gate: max_looks 20 -> 50"}]
    gate = verdict(ruler={"changes": changes, "acknowledged": True, "judged_by": "head"}, by_base=judged())
    names = [part.name for part in report.parts(material(gate))]
    assert names[:3] == ["the verdict", "the ruler", "measures"]


def test_a_report_that_would_be_too_long_drops_its_end_and_says_so():
    many = {f"metrics/{n}.json": {f"name {m} {'<' * 280}": {"old": 0, "new": 1} for m in range(50)} for n in range(5)}
    slices = tuple(s | {"name": "<" * 300} for s in judged().slices) * 20
    found = material(verdict(judged(slices=slices)), diffs=Diffs(many, many, (PLOT,)))
    cut = text(found)
    assert len(cut) <= 60_000
    assert "Left out" in cut and "all metrics" in cut
    assert cut.startswith("## 🟢 PASS")


def test_a_comparison_is_drawn_from_the_very_files_of_the_verdict(branch):
    judge(branch.make(model([rate * 0.9 for rate in RATES])).commit("Lower scores"))
    found = gathered(branch)
    said = text(found)
    assert said.count("```mermaid") == 3
    assert "Lower scores" in said
    assert "so what the champion learned from is not known" in said
    assert "Customers whose rank moved most" in report.whole(found)


def test_no_change_is_reported(branch):
    judge(branch)
    assert text(gathered(branch)).startswith("## 🟢 PASS: no change")


def test_a_first_release_is_reported_without_a_champion(empty):
    empty.make(model())
    write(empty.gate(), None, empty.root / "reports")
    found = gathered(empty)
    said = text(found)
    assert "first release" in said.splitlines()[0]
    assert said.count("```mermaid") == 2
    assert "there is no champion, so nothing that the data could have drifted from" in said
    assert "there is no champion to compare with" in report.whole(found)


def test_a_model_that_changed_after_the_verdict_is_not_drawn(branch):
    judge(branch.make(model([rate * 0.9 for rate in RATES])))
    branch.make(model(RATES, note="later"))
    assert "run `mainstay gate` again" in text(gathered(branch)).replace("&#96;", "`")


def test_whatever_is_missing_is_said_and_the_rest_reported():
    lost = Missing("it is gone")
    said = text(material(diffs=Diffs(lost, lost, lost), drift=lost, commits=lost, evidence=lost))
    assert said.count("Missing: it is gone") == 6
    assert said.startswith("## 🟢 PASS")


@pytest.mark.parametrize(("content", "said"), [(None, "run `mainstay gate`"), ("{}", "has no champion"), ("[", "JSON")])
def test_without_a_verdict_there_is_no_report(branch, content, said):
    if content is not None:
        branch.write("reports/gate.json", content)
    with pytest.raises(Refusal, match=said):
        report.write(branch.root, inputs(branch), branch.root / "reports")
    assert not (branch.root / "reports/report.md").exists()


def test_both_files_are_written_or_left_as_they_were(branch):
    judge(branch.make(model([rate * 0.9 for rate in RATES])))
    to = branch.root / "reports"
    written = report.write(branch.root, inputs(branch), to)
    assert written == (to / "report.md", to / "report.html")
    assert "ROC AUC" in written[0].read_text() and written[1].read_text().startswith("<!doctype html>")
    assert sorted(p.name for p in to.iterdir()) == ["champion.onnx", "gate.json", "report.html", "report.md"]


def test_the_command_says_what_it_wrote(branch, monkeypatch):
    judge(branch)
    monkeypatch.chdir(branch.root)
    done = CliRunner().invoke(verbs, ["report"])
    assert (done.exit_code, done.output) == (0, "reports/report.md\nreports/report.html\n")


def test_a_rule_that_failed_is_told_first():
    said = text(material(verdict(judged(replace(SIZE, answer="fail", sentence="the file is too large")))))
    assert said.startswith("## 🔴 FAIL\n\n**the file is too large**")
