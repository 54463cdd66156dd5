import json

import pandas
import pytest
from branches import CONTRACT, model
from watched_shop import BAD, GOOD, RATES, WatchedShop, month, served

from mainstay.refusal import Refusal


@pytest.fixture
def shop(tmp_path, undrawn):
    return lambda **about: WatchedShop(tmp_path, **about).start()


def test_a_good_release_is_left_alone(shop):
    found = shop(current=GOOD, previous=BAD).live(range(4)).watched(range(1, 6))
    assert [f.decision.action for f in found] == ["nothing"] * 5 and found[-1].decision.status == "green"


def test_a_bad_release_is_rolled_back_and_the_workflow_is_told(shop, tmp_path):
    one = shop(current=BAD, previous=GOOD).live(range(3))
    found = one.watch(3, output=tmp_path / "output")
    assert (found.decision.action, found.decision.to) == ("rollback", "v1.0.0")
    told = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert told == {
        "decision": "rollback",
        "condition": "previous-better",
        "from": "v1.1.0",
        "to": "v1.0.0",
        "why": found.decision.why,
    }


def test_it_says_in_json_what_it_went_by(shop):
    one = shop(current=GOOD, previous=BAD).live(range(2))
    one.watch(4)
    told = json.loads((one.root / "reports/watch.json").read_text())
    assert [w["name"] for w in told["windows"]] == ["2024-01", "2024-02"]
    newest = told["windows"][-1]["current"]
    assert newest["rows"] == 600 and newest["roc_auc"]["low"] < newest["roc_auc"]["value"] < newest["roc_auc"]["high"]
    assert told["rows"]["predictions"] == told["rows"]["with_outcome"] == 1200


def test_a_previous_model_that_wants_a_column_no_longer_logged_cannot_be_compared(shop):
    more = CONTRACT + "  old_band: {kind: integer, min: 0, max: 99}\n"
    found = shop(previous=model(tuple(RATES), "old_band", contract=more)).live(range(2)).watch(2)
    assert (found.decision.action, found.decision.condition) == ("page", "cannot-compare")
    assert "old_band" in found.decision.why


def test_a_first_release_is_watched_by_itself(shop):
    found = shop(current=BAD, previous=None).live(range(3)).watch(4)
    assert (found.decision.action, found.decision.condition) == ("retrain", "current-worse")


def test_evidence_begins_anew_with_each_promotion(shop):
    one = shop(current=BAD, previous=GOOD).live(range(3))
    assert one.watch(4).decision.action == "rollback"
    one.lineup(served(3, "v1.1.0", "2024-04-30", kind="rollback"))
    found = one.watch(4)
    assert found.decision.condition == "outcomes-waiting" and found.state.hours_since_rollback == 12
    assert {w.counter for w in found.book.windows} == {2}, "what was judged stays on the record"


def test_a_day_after_a_rollback_the_next_one_is_left_to_a_person(shop):
    one = shop(current=BAD, previous=GOOD, settings={"cool_down_h": 24.0 * 365}).live(range(3))
    one.lineup(served(3, "v1.1.0", "2023-12-31", kind="rollback"))
    assert one.watch(4).decision.condition == "cool-down"


def test_customers_who_got_an_offer_are_left_out_and_counted(shop):
    with_treated = CONTRACT.replace("blanks: []", "blanks: []\ntreated: {column: offered, holdout_share: 0.1}")
    good = model(tuple(RATES), contract=with_treated)
    one = shop(current=good, previous=None).live(range(2))
    frame = pandas.concat([one.rows(n) for n in range(2)])
    offered = frame[["customer", "day"]].assign(offered=frame["champion_band"] == 9)
    offered.to_parquet(one.root / "offered.parquet", index=False)
    one.watch(3)
    without = json.loads((one.root / "reports/watch.json").read_text())
    (one.root / "state.json").unlink()
    one.watch(3, treated=one.root / "offered.parquet")
    told = json.loads((one.root / "reports/watch.json").read_text())
    assert "treated ones too" in without["measured_on"]
    assert told["rows"]["treated_left_out"] == int(offered["offered"].sum())
    assert f"{offered['offered'].sum()} treated rows left out" in told["measured_on"]


def test_a_value_that_scores_otherwise_here_is_a_broken_meter(shop):
    one = shop().live(range(1))
    one.log(one.rows(1), 1, score=0.5)
    found = one.watch(2)
    assert (found.decision.action, found.decision.condition) == ("alert", "broken-meter")
    assert "600 of 1200 logged scores" in found.decision.why


@pytest.mark.parametrize("what", ["outcomes", "lineup", "key", "log"])
def test_what_is_not_there_is_bad_input_and_nothing_is_written(shop, what):
    one = shop().live(range(1))
    (one.root / what).rename(one.root / "elsewhere")
    with pytest.raises(Refusal, match=what):
        one.watch(2)
    assert not (one.root / "reports").exists() and not (one.root / "state.json").exists()


def test_as_of_is_the_newest_day_in_the_log_where_none_is_given(shop):
    found = shop().live(range(3)).watch(0, as_of=None)
    assert found.book.told[-1].as_of == month(2)
