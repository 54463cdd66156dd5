from dataclasses import replace

import pytest
from hostile import HOSTILE, rendered
from reported import AUC, BETTER, LOSS, SIZE, judged, verdict

from mainstay.release.markdown import shown
from mainstay.release.report_verdict import headline, measures, ruler, rules, slices
from mainstay.verdict import Verdict

DOUBT = replace(BETTER, answer="inconclusive", sentence="may be worse by more than the margin", power=0.4)
HARM = replace(LOSS, answer="fail", sentence="log loss is worse by more than chance")


def test_the_verdict_comes_first_with_its_reason_in_one_sentence():
    first, _, reason, *_ = headline(verdict()).splitlines()
    assert first == "## 🟢 PASS"
    assert reason == "**ROC AUC is not worse by more than the margin**"


def test_a_failure_names_its_other_reasons_too():
    text = headline(verdict(judged(HARM, replace(SIZE, answer="fail", sentence="the file is too large"))))
    assert text.startswith("## 🔴 FAIL\n\n**log loss is worse by more than chance")
    assert "- the file is too large" in text


def test_doubt_says_how_many_rows_would_end_it():
    text = headline(verdict(judged(DOUBT)))
    assert "## 🟡 INCONCLUSIVE" in text
    assert "probability 40%. Some 5,000 test rows would decide." in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (replace(DOUBT, rows_to_decide=None), "No number of test rows would decide."),
        (replace(DOUBT, power=None), "How sure the test was could not be told."),
    ],
)
def test_doubt_that_cannot_be_ended_or_measured_says_so(line, said):
    assert said in headline(verdict(judged(line)))


def test_doubt_that_was_accepted_is_no_pass():
    text = headline(verdict(judged(DOUBT), accepted_inconclusive=True))
    assert text.startswith("## 🟡 INCONCLUSIVE, accepted on the record")


def test_a_first_release_says_that_there_is_no_champion():
    only = tuple({"name": "roc_auc", "candidate": 0.7} for _ in range(1))
    gate = verdict(
        judged(SIZE, kind="first release", measures=only, slices=()), champion={"digest": None, "source": None}
    )
    assert headline(gate).startswith("## 🟢 PASS: first release")
    assert "Champion: none" in headline(gate)
    assert "| ROC AUC ↑ | \u2013 | 0.7000 | \u2013 | shown only |" in measures(gate)
    assert "None was compared" in slices(gate)


def test_no_change_says_so():
    assert headline(verdict(judged(SIZE, kind="no change"))).startswith("## 🟢 PASS: no change")


def test_each_measure_has_both_models_the_difference_with_bounds_and_the_rules_answer():
    table = measures(verdict(judged(BETTER, HARM)))
    assert "| ROC AUC ↑ | 0.7400 | 0.7500 | +0.0100 [+0.0020, +0.0180] | 🟢&nbsp;pass |" in table
    assert "| log loss ↓ | 0.1100 | 0.1090 | -0.0010 [-0.0020, 0] | 🔴&nbsp;fail |" in table
    assert "| Brier score ↓ | 0.0800 | 0.0800 | 0 [-0.0010, +0.0010] | shown only |" in table
    assert "5,000 rows of 2,000 customers, 300 of whom left" in table


def test_rows_that_a_model_had_seen_are_counted():
    rows = judged().rows | {"seen_by_a_model": 40}
    assert "40 rows were left out" in measures(verdict(judged(rows=rows)))


def test_where_nothing_could_be_measured_that_is_said():
    gate = verdict(judged(SIZE, kind="not comparable", measures=(), rows={}, digests={}))
    assert "Nothing was measured" in measures(gate)


def test_rules_are_folded_away_under_how_many_passed():
    page = rendered(rules(verdict(judged(BETTER, HARM, SIZE))))
    assert page.tags[:2] == ["details", "summary"]
    assert page.texts[1].startswith("Rules: 2 of 3 passed")
    cells = [text for tag, text in zip(page.tags, page.texts, strict=True) if tag == "td"]
    assert cells[3:6] == ["log_loss", "🔴\u00a0fail", "log loss is worse by more than chance"]


def test_too_many_looks_are_warned_of():
    looks = {"count": 21, "max": 20, "warning": "21 models were judged by these rows"}
    assert "⚠️ 21 models were judged by these rows" in headline(verdict(looks=looks))


def changed(**found):
    changes = [{"part": "gate", "sentence": "gate: max_margin [0.01] -> [0.5]"}]
    return {"changes": changes, "acknowledged": False, "judged_by": "base"} | found


def test_a_ruler_that_did_not_change_is_not_spoken_of():
    assert ruler(verdict()) is None


def test_a_changed_ruler_waits_to_be_acknowledged():
    gate = verdict(answer=Verdict("inconclusive", ("the branch changes the ruler",)), ruler=changed(), by_base=judged())
    text = ruler(gate)
    assert "gate: max\\_margin \\[0.01\\]" in text
    assert "Nobody has acknowledged" in text


def test_an_acknowledged_ruler_shows_what_both_rulers_say():
    text = ruler(verdict(ruler=changed(acknowledged=True, judged_by="head"), by_base=judged(HARM)))
    assert "The change was acknowledged" in text
    assert "By the base's ruler: 🔴&nbsp;fail. log loss is worse by more than chance" in text


def test_a_ruler_that_applies_no_more_is_missed():
    assert "does not apply" in ruler(verdict(ruler=changed(judged_by=None)))


def test_slices_that_moved_beyond_chance_are_shown_and_the_rest_counted():
    text = slices(verdict())
    assert "1 of 2 moved beyond chance" in text
    assert "| plan=pro | 700 | 0.1000 | 0.1200 | +0.0200 [+0.0100, +0.0300] | 0.2000 |" in text
    assert "plan=basic" not in text and "And 1 more" in text
    assert "plan=basic" in slices(verdict(), 1000)


def test_where_no_slice_moved_the_furthest_are_shown():
    still = tuple(s | {"low": -1.0, "high": 1.0} for s in judged().slices)
    text = slices(verdict(judged(slices=still)))
    assert "None moved beyond chance." in text and "plan=pro" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_branch_calls_its_things_is_shown_and_not_obeyed(text):
    own = judged(
        replace(BETTER, answer="fail", sentence=text or "x"),
        measures=({"name": text} | AUC, *judged().measures),
        slices=tuple(s | {"name": text} for s in judged().slices),
    )
    gate = verdict(own, Verdict("fail", (text or "x", f"{text}!")), champion={"digest": "a", "source": text})
    gate["ruler"] = gate["ruler"] | changed(changes=[{"part": "contract", "sentence": text}])
    whole = "\n\n".join((headline(gate), ruler(gate), measures(gate), rules(gate), slices(gate)))
    page = rendered(whole)
    ours = {"h2", "h3", "p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
    assert set(page.tags) <= ours
    assert not page.addresses
    assert page.texts[page.tags.index("td")] == shown(text)
