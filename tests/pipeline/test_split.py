import datetime

import pandas as pd
import pytest
import yaml
from imports import ROOT

from mainstay.pipeline import split
from mainstay.refusal import Refusal
from mainstay.rows.side import in_test
from mainstay.rows.table import read_json

UNDATED = """\
id: customer_id
outcome: {column: churned, positive: 1}
blanks: [""]
columns:
  charge: {kind: number, missing: 1.0}
  plan:   {kind: category, values: [a, b], missing: 1.0}
  gender: {kind: category, values: [f, m], use: slice}
"""
DATED = UNDATED.replace("positive: 1", "positive: 1, horizon_days: 30, lead_days: 5").replace(
    "outcome:", "observed_on: day\noutcome:"
)
PARAMS = {"test_months": 2, "test_share": 0.3, "salt": "mainstay", "max_rate_gap_se": 4.0}
START = datetime.date(2024, 1, 1)


def customers(n=400, **columns):
    ids = [f"C{i:05}" for i in range(n)]
    table = {"customer_id": ids, "charge": [i / 7 for i in range(n)], "plan": "a", "gender": "f"}
    return pd.DataFrame(table | {"churned": [i % 4 == 0 for i in range(n)]} | columns)


def months(n=8, unknown=2, each=40):
    """`n` monthly snapshots of the same customers; the outcomes of the last are not known yet."""
    tables = []
    for month in range(n):
        day = (pd.Timestamp(START) + pd.DateOffset(months=month)).date()
        churned = None if month >= n - unknown else [i % 5 == 0 for i in range(each)]
        tables.append(customers(each, churned=churned).assign(day=day))
    return pd.concat(tables, ignore_index=True)


@pytest.fixture
def split_of(tmp_path):
    """Runs the stage on a table and hands back train, test, the metrics and the verdict."""

    def run(rows, contract=UNDATED, **changed):
        paths = {n: tmp_path / f"{n}.parquet" for n in ("valid", "train", "test")}
        (tmp_path / "contract.yaml").write_text(contract)
        (tmp_path / "params.yaml").write_text(yaml.safe_dump({"split": PARAMS | changed}))
        rows = rows.astype({"churned": "Int8"})
        if "day" in rows:
            rows["day"] = pd.to_datetime(rows["day"]).dt.date
        rows.to_parquet(paths["valid"])
        texts = {"params": tmp_path / "params.yaml", "contract": tmp_path / "contract.yaml"}
        verdict = split.run(**texts, **paths, metrics=tmp_path / "split.json")
        sides = [pd.read_parquet(paths[s]) if paths[s].exists() else None for s in ("train", "test")]
        return *sides, read_json(tmp_path / "split.json"), verdict

    return run


def test_no_customer_stands_on_both_sides_and_none_is_lost(split_of):
    train, test, _, _ = split_of(customers())
    assert not set(train.customer_id) & set(test.customer_id)
    assert len(train) + len(test) == 400


def test_the_side_follows_from_the_id_alone(split_of):
    train, test, told, _ = split_of(customers())
    assert all(in_test(i, told["salt"], told["test_share"]) for i in test.customer_id)
    assert not any(in_test(i, told["salt"], told["test_share"]) for i in train.customer_id)


def test_a_new_file_moves_nobody_across(split_of):
    train, test, _, _ = split_of(customers(300))
    train_after, test_after, _, _ = split_of(customers(500).iloc[::-1])
    assert set(train.customer_id) <= set(train_after.customer_id)
    assert set(test.customer_id) <= set(test_after.customer_id)


@pytest.mark.parametrize(("rows", "contract"), [(customers(), UNDATED), (months(), DATED)])
def test_the_order_of_the_rows_changes_no_byte(split_of, tmp_path, rows, contract):
    split_of(rows, contract)
    first = [(tmp_path / f"{side}.parquet").read_bytes() for side in ("train", "test")]
    split_of(rows.sample(frac=1, random_state=1), contract)
    assert [(tmp_path / f"{side}.parquet").read_bytes() for side in ("train", "test")] == first


def test_a_test_row_that_equals_a_training_row_is_dropped_whatever_its_outcome(split_of):
    rows = customers(churned=[i % 3 == 0 for i in range(400)])
    twins = rows.assign(customer_id=rows.customer_id + "b", churned=~rows.churned)
    train, test, told, _ = split_of(pd.concat([rows, twins]))
    features = ["charge", "plan"]
    assert told["twins_dropped"] > 50
    assert test.merge(train, on=features).empty
    assert len(train) + len(test) + told["twins_dropped"] == 800


def test_rows_without_a_value_are_twins_too(split_of):
    rows = customers(charge=[None if i < 40 else float(i) for i in range(400)])
    train, test, told, _ = split_of(rows)
    assert train.charge.isna().any() and not test.charge.isna().any()
    assert told["twins_dropped"] == sum(in_test(i, "mainstay", 0.3) for i in rows.customer_id[:40])


def test_rows_whose_outcome_is_not_known_yet_stand_on_neither_side(split_of):
    train, test, told, _ = split_of(customers(churned=[None if i < 50 else i % 4 == 0 for i in range(400)]))
    assert told["immature"] == 50
    assert len(train) + len(test) == 350


def test_dated_rows_are_tested_on_their_last_months_with_known_outcomes(split_of):
    _, test, told, _ = split_of(months(8, unknown=2), DATED)
    assert sorted({str(d) for d in test.day}) == ["2024-05-01", "2024-06-01"]
    assert (told["kind"], told["test_from"], told["test_until"]) == ("time", "2024-05-01", "2024-06-01")
    assert (told["immature"], told["purged"]) == (80, 40)


def test_every_training_outcome_was_known_on_the_first_test_day(split_of):
    train, test, told, _ = split_of(months(8, unknown=2), DATED)
    last = max(pd.to_datetime(train.day)).date()
    assert last + datetime.timedelta(days=35) <= pd.to_datetime(test.day).min().date()
    assert told["train_until"] == str(last) == "2024-03-01"  # April's were known 35 days later, on 6 May


def test_no_row_of_a_customer_and_day_stands_on_both_sides(split_of):
    train, test, _, _ = split_of(months(), DATED)
    assert train.merge(test, on=["customer_id", "day"]).empty


def test_the_metrics_count_what_was_written(split_of):
    train, test, told, _ = split_of(months(), DATED)
    for name, side in {"train": train, "test": test}.items():
        assert told[name]["rows"] == len(side)
        assert told[name]["positives"] == side.churned.sum()
        assert told[name]["customers"] == side.customer_id.nunique()
        assert told[name]["base_rate"] == pytest.approx(side.churned.mean(), abs=1e-6)


def test_a_split_that_sorts_leavers_to_one_side_fails_and_writes_no_table(split_of):
    left = [in_test(f"C{i:05}", "mainstay", 0.3) != (i % 9 == 0) for i in range(400)]
    train, test, told, verdict = split_of(customers(churned=left))
    assert verdict.answer == "fail" and "standard errors" in verdict.reasons[0]
    assert told["verdict"]["answer"] == "fail"
    assert train is None and test is None


@pytest.mark.parametrize(
    ("rows", "contract", "changed", "said"),
    [
        (customers(churned=False), UNDATED, {}, "with 0 positives, wanted both outcomes"),
        (customers(churned=True), UNDATED, {}, "positives, wanted both outcomes"),
        (customers(churned=None), UNDATED, {}, "no row is left for train (400 immature)"),
        (customers(charge=1.0), UNDATED, {}, "no row is left for test"),
        (customers(), UNDATED, {"test_share": 1.0}, "split.test_share is 1.0"),
        (months(4, unknown=2), DATED, {}, "saw 2 months with known outcomes"),
        (months(4, unknown=4), DATED, {}, "saw 0 months with known outcomes"),
        (months(), DATED, {"test_months": 0}, "split.test_months (0)"),
        (months(5, unknown=2), DATED, {}, "no row is left for train (80 immature, 40 purged, 80 test)"),
    ],
)
def test_a_split_that_cannot_be_made_says_why_in_one_line_and_writes_nothing(
    split_of, tmp_path, rows, contract, changed, said
):
    with pytest.raises(Refusal) as refused:
        split_of(rows, contract, **changed)
    assert said in str(refused.value) and "params.yaml" in str(refused.value)
    assert not list(tmp_path.glob("t*.parquet")) and not (tmp_path / "split.json").exists()


def test_a_table_that_is_not_there_is_refused(split_of, tmp_path):
    split_of(customers())
    (tmp_path / "valid.parquet").write_bytes(b"PAR1 torn")
    texts = {name: tmp_path / f"{name}.yaml" for name in ("params", "contract")}
    paths = {name: tmp_path / f"{name}.parquet" for name in ("valid", "train", "test")}
    with pytest.raises(Refusal, match=r"valid\.parquet: cannot be read as Parquet"):
        split.run(**texts, **paths, metrics=tmp_path / "split.json")


@pytest.mark.parametrize(
    ("days", "test_months", "first"),
    [
        (["2024-01-01", "2024-02-01", "2024-03-01"], 1, "2024-03-01"),
        (["2024-01-07", "2024-01-14", "2024-02-04", "2024-02-11"], 1, "2024-02-04"),
        (["2023-12-01", "2024-01-01"], 1, "2024-01-01"),
        (["2024-01-01", "2024-02-01"], 2, None),
        ([], 1, None),
    ],
)
def test_months_are_those_of_the_calendar_however_many_days_they_hold(days, test_months, first):
    found = split.first_test_day([datetime.date.fromisoformat(d) for d in days], test_months)
    assert found == (first and datetime.date.fromisoformat(first))


def test_the_shipped_params_are_those_of_the_stage():
    assert set(yaml.safe_load((ROOT / "params.yaml").read_text())["split"]) == set(PARAMS)
