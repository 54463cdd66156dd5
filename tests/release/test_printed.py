import io

from branches import model
from rich.console import Console

from mainstay.release.printed import page


def printed(judgement):
    console = Console(width=140, file=io.StringIO())
    console.print(page(judgement))
    return console.file.getvalue()


def test_the_verdict_and_why_come_first_then_a_line_a_rule(branch):
    text = printed(branch.make(model(note="other bytes")).gate())
    assert text.splitlines()[0].startswith("pass: ROC AUC 0.")
    assert "champion: the model of the default branch" in text and "floor of roc_auc" in text


def test_both_results_are_shown_where_the_ruler_changed(branch):
    changed = branch.set("gate", min_roc_auc=0.99).make(model(note="other bytes"))
    text = printed(changed.gate(acknowledge_ruler=True))
    assert text.startswith("fail: ") and "the ruler changed: gate: min_roc_auc 0.6 -> 0.99" in text
    assert "by the ruler of the base: pass" in text and "by the ruler of this branch: fail" in text
    assert printed(changed.gate()).count("floor of roc_auc") == 1


def test_what_a_file_says_is_never_markup(branch):
    branch.make(model(note="other bytes")).write(
        "metrics/stress.json", '{"verdict": {"answer": "fail", "reasons": ["[red]x[/red]"]}}'
    )
    assert "[red]x[/red]" in printed(branch.gate())
