import pytest
from hostile import HOSTILE, rendered
from reported import DIGESTS, METRICS, PARAMS

from mainstay.evidence.drift import Drift
from mainstay.release.missing import Missing
from mainstay.release.report_change import MANY, Commit, commits, data, metrics, params, reproduce
from mainstay.release.training_drift import Compared

LOST = Missing("`dvc metrics diff` failed: no remote")
STILL = Compared("the test rows", (Drift("tenure", 0.02, 0.01), Drift("plan", 0.01, 0.01)))
MOVED = Compared("the test rows", (Drift("tenure", 0.4, 0.01), Drift("plan", 0.2, 0.3)), ("usage",))


def test_rows_quarantine_and_shares_stand_side_by_side():
    text = data(METRICS, STILL)
    assert "| rows in quarantine | 10 | 20 | +10 |" in text
    assert "| share in quarantine | 0.11% | 0.21% |  |" in text
    assert "no column has a PSI of 0.1 or more" in text
    assert "Missing" not in text


def test_columns_that_drifted_beyond_noise_are_listed():
    text = data(METRICS, MOVED)
    assert "1 of 2 columns have a PSI of 0.1 or more" in text
    assert "| tenure | 0.4000 | 0.0100 | drifted |" in text
    assert "| plan |" not in text
    assert "⚠️ Missing: not compared, since a side lacks them: usage" in text


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (lambda: data(LOST, STILL), "`dvc"),
        (lambda: data(METRICS, LOST), "Drift: ⚠️ Missing"),
        (lambda: data({}, STILL), "no figure for rows read"),
        (lambda: params(LOST), "### Parameters\n\n⚠️ Missing"),
        (lambda: metrics(LOST), "### Metrics\n\n⚠️ Missing"),
        (lambda: commits(LOST, False), "### Commits\n\n⚠️ Missing"),
    ],
)
def test_what_is_missing_is_said_where_it_would_have_stood(part, said):
    assert said in part().replace("&#96;", "`")
    assert "⚠️ Missing: " in part()


def test_only_what_changed_is_listed():
    text = params(PARAMS)
    assert "### Parameters: 1 changed" in text
    assert "| train.model | logistic | blend |" in text
    assert "seed" not in text


def test_a_parameter_of_one_side_only_has_a_dash_on_the_other():
    assert "| gate.new | \u2013 | 1e-07 |" in params({"params.yaml": {"gate.new": {"new": 1e-07}}})


def test_nothing_changed_is_said():
    same = {"a.json": {"x": {"old": 1, "new": 1, "diff": 0}}}
    assert "None changed." in params(same)
    assert "None of those in metrics/ changed." in metrics(same)
    assert "None since the champion's." in commits((), False)


def test_a_long_table_ends_with_how_many_more_there_are_but_on_the_page():
    many = {"params.yaml": {f"p{n:03d}": {"old": 0, "new": 1} for n in range(MANY + 7)}}
    assert "And 7 more" in params(many)
    assert "more" not in params(many, 1000)


@pytest.mark.parametrize("known", [(), (Commit("1" * 40, "Ada", "Try"),)])
def test_changes_that_are_in_no_commit_are_spoken_of(known):
    text = commits(known, True)
    assert "no commit known here" in text and "None since" not in text
    assert text.count("Try") == len(known)


def test_how_to_reproduce_names_the_commit_and_the_bytes():
    text = reproduce("1" * 40, DIGESTS | {"champion": None})
    assert f"git switch --detach {'1' * 40}" in text
    assert f"| test rows | `{'d' * 64}` |" in text
    assert "| champion | none |" in text
    assert "working tree" in reproduce(None, DIGESTS)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_in_a_commit_or_a_file_is_shown_and_not_obeyed(text):
    change = {text: {"old": text, "new": f"{text}!"}}
    whole = "\n\n".join(
        (
            data(METRICS, Compared("rows", (Drift(text, 0.9, 0.1),), (text,))),
            data(Missing(text), Missing(text)),
            params({text: change}),
            metrics({text: change}),
            commits((Commit("1" * 40, text, text),), False),
        )
    )
    page = rendered(whole)
    ours = {"h3", "p", "details", "summary", "code", "table", "thead", "tbody", "tr", "th", "td"}
    assert set(page.tags) <= ours
    assert page.tags.count("code") == 1
    assert not page.addresses
