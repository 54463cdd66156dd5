"""The fast replay of a small business, whole."""

import json

import pytest
from past import project

from mainstay.refusal import Refusal
from mainstay.replay.run import Asked, policies, run


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    top = project(tmp_path_factory.mktemp("replay"))
    said = []
    ledger = run(top, Asked(workers=1), top / "reports", said.append)
    return top / "reports", ledger, said


def test_every_policy_has_every_month(told):
    _, ledger, _ = told
    assert list(ledger.months.values()) == ["2023-07", "2023-08", "2023-09"]
    assert {(line.policy, line.month) for line in ledger.lines} == {
        (policy, month) for policy in ("never", "monthly", "mainstay", "oracle") for month in (7, 8, 9)
    }


def test_the_page_and_the_figures_are_written(told):
    folder, _, said = told
    written = json.loads((folder / "replay.json").read_text())
    assert len(written["lines"]) == 12 and written["simulated"] is True
    assert "What would each policy have earned?" in (folder / "replay.html").read_text()
    assert len(said) == 3


def test_nobody_ranks_better_than_the_truth(told):
    _, ledger, _ = told
    means = {p: [line.figures.log_loss for line in ledger.of(p) if line.figures] for p in ("never", "oracle")}
    assert sum(means["oracle"]) < sum(means["never"])


def test_training_once_is_training_monthly_until_the_second_month(told):
    _, ledger, _ = told
    never, monthly = (ledger.of(policy)[0] for policy in ("never", "monthly"))
    assert never.figures == monthly.figures and never.release == monthly.release == "2023-07"
    assert ledger.of("never")[2].release == "2023-07" and ledger.of("monthly")[2].release == "2023-09"


def test_the_gate_answers_for_every_candidate(told):
    _, ledger, _ = told
    answered = ledger.told("mainstay", "release", "kept", "stopped")
    assert [event.month for event in answered] == [7, 8, 9] and all(event.why for event in answered)


def test_a_replay_again_is_the_same(told, tmp_path):
    _, ledger, _ = told
    asked = Asked(policies=("mainstay",), months=1, workers=1)
    again = run(project(tmp_path), asked, tmp_path / "reports", lambda _: None)
    assert again.of("mainstay") == ledger.of("mainstay")[:1]


def test_only_the_policies_asked_for_are_replayed_in_the_order_of_the_page():
    assert policies(Asked(policies=("oracle", "never"))) == ("never", "oracle")
    with pytest.raises(Refusal, match="saw 'luck', wanted one of never, monthly, mainstay, oracle"):
        policies(Asked(policies=("luck",)))


@pytest.mark.parametrize("wrong", ["shock", "shock@", "shock@soon"])
def test_a_scenario_without_a_month_is_refused(tmp_path, wrong):
    with pytest.raises(Refusal, match="wanted KIND@MONTH"):
        run(project(tmp_path), Asked(scenarios=(wrong,)), tmp_path, lambda _: None)


def test_a_scenario_that_nobody_knows_is_refused(tmp_path):
    with pytest.raises(Refusal, match="meteor"):
        run(project(tmp_path), Asked(scenarios=("meteor@7",)), tmp_path, lambda _: None)


def test_where_all_outcomes_stop_the_pipeline_nobody_has_a_model(tmp_path):
    """A column renamed before the first training: nothing can be made, and the ledger says so."""
    asked = Asked(scenarios=("renamed_column@3",), months=1, workers=1)
    ledger = run(project(tmp_path), asked, tmp_path / "reports", lambda _: None)
    assert {line.release for line in ledger.lines if line.policy != "oracle"} == {None}
    assert {event.kind for event in ledger.told("mainstay")} == {"stopped", "cannot score"}
