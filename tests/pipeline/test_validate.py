import datetime

import numpy as np
import pandas
import pyarrow
import pytest
from raw_sandbox import CONTRACT, DAYS

from mainstay.pipeline import profile

JANUARY, FEBRUARY, MARCH = DAYS
LEFT_ON = CONTRACT.replace(
    "column: churned, positive: 1, negative: 0, horizon_days: 28", "left_on: left_on, horizon_days: 20, lead_days: 5"
)
TABLE = CONTRACT.replace("{column:", "{table: outcomes, column:")


def by_customer(table: pandas.DataFrame, day: datetime.date) -> dict[str, float]:
    """The outcome of each customer on one day."""
    return dict(
        zip(*(table[pandas.to_datetime(table.day).dt.date == day][c] for c in ("customer", "churned")), strict=True)
    )


def test_a_valid_table_has_the_contract_s_columns_types_and_order_of_rows(sandbox, rows):
    path = sandbox.write(rows)
    assert sandbox.run().code == 0
    table = pyarrow.parquet.read_table(sandbox.output("valid"))
    types = {"customer": "string", "day": "date32[day]", "tenure": "int64", "charge": "double", "plan": "string"}
    types |= {"online": "bool", "called_on": "date32[day]", "churned": "int8"}
    assert {f.name: str(f.type) for f in table.schema} == types
    assert table["customer"].to_pylist() == list(rows.customer)
    assert path.exists()


def test_csv_and_parquet_one_file_and_many_give_the_same_table(sandbox, rows):
    sandbox.write(rows)
    sandbox.run()
    expected = sandbox.valid()
    (sandbox.customers / "a.parquet").unlink()
    sandbox.write(rows.iloc[:150], "a.csv")
    sandbox.write(rows.iloc[150:200].astype({"tenure": "float32", "online": int}), "b.parquet")
    sandbox.write(rows.iloc[200:].astype({"tenure": str, "day": "datetime64[us]", "churned": float}), "c.parquet")
    assert sandbox.run().said == ""
    pandas.testing.assert_frame_equal(sandbox.valid(), expected)


@pytest.mark.parametrize("faulty", [1, 80])
def test_what_is_kept_stays_in_order_however_much_is_set_aside(sandbox, rows, faulty):
    rows.loc[rows.index % 100 < faulty, "tenure"] = -1
    sandbox.write(rows.sample(frac=1, random_state=3))
    assert sandbox.run(quarantine_share=1, shrink_share=0).code == 0
    order = rows.sample(frac=1, random_state=3).query("tenure >= 0")
    assert list(sandbox.valid().customer) == list(order.customer)


def test_rows_of_many_row_groups_stay_in_order_beside_faults_and_many_blanks(sandbox, rows):
    n = np.arange(150_000)
    many_rows = rows.iloc[n % 300].assign(customer=n.astype(str), tenure=np.where(n % 1000 == 0, -1, 3))
    many_rows.to_parquet(sandbox.write(rows), index=False, row_group_size=20_000)
    many = ", ".join(f'"-{i}-"' for i in range(40))
    assert sandbox.run(CONTRACT.replace('"NA"', many), shrink_share=0).code == 0
    assert [int(c) for c in sandbox.valid().customer] == [i for i in range(150_000) if i % 1000]


def test_a_blank_is_missing_where_a_value_may_be_and_a_fault_where_none_may(sandbox, rows):
    rows.loc[[0, 1], "plan"] = ["NA", ""]
    sandbox.write(rows)
    assert sandbox.run(quarantine_share=1).code == 0 and len(sandbox.quarantine()) == 2
    assert sandbox.run(CONTRACT.replace("[basic, pro]", "[basic, pro], missing: 0.05")).code == 0
    assert sandbox.valid().plan.isna().sum() == 2 and sandbox.quarantine() == []


def test_the_same_rows_give_the_same_bytes(sandbox, rows):
    sandbox.write(pandas.concat([rows.assign(customer=rows.customer + f"-{i}") for i in range(100)]))
    found = set()
    for _ in range(2):
        assert sandbox.run().code == 0
        found.add(sandbox.output("valid").read_bytes())
    assert len(found) == 1


def test_rows_not_mature_by_the_newest_day_have_no_outcome_even_if_positive(sandbox, rows):
    rows.loc[rows.day == MARCH, "churned"] = 1
    sandbox.write(rows)
    assert sandbox.run().code == 0
    assert sandbox.valid().groupby("day").churned.count().to_dict() == {JANUARY: 100, FEBRUARY: 100, MARCH: 0}
    assert sandbox.run(CONTRACT.replace("28", "30")).code == 0
    counts = sandbox.valid().groupby("day").churned.count().to_dict()
    assert counts == {JANUARY: 100, FEBRUARY: 0, MARCH: 0}, "29 days from February to March are too few"


def test_an_empty_outcome_stays_unknown(sandbox, rows):
    rows["churned"] = rows["churned"].astype("Int64")
    rows.loc[0, "churned"] = None
    sandbox.write(rows)
    assert sandbox.run().code == 0
    assert pandas.isna(sandbox.valid().churned[0]) and sandbox.valid().churned.count() == 199


def test_missing_outcomes_of_mature_rows_alone_are_counted_and_fail_above_their_share(sandbox, rows):
    rows["churned"] = rows["churned"].astype("Int64").mask(rows.index.isin(range(190, 300)))
    sandbox.write(rows)
    assert sandbox.run(outcome_missing_share=0.05).code == 0
    assert sandbox.metrics()["outcome_missing_share"] == 10 / 200, "the 100 rows of March are not due"
    ended = sandbox.run(outcome_missing_share=0.04)
    assert ended.code == 1 and "10 of 200 rows" in ended.said and ended.valid_kept


def test_a_leak_is_found_though_few_leave_and_few_rows_are_looked_at(sandbox, rows, monkeypatch):
    monkeypatch.setattr(profile, "LEAK_ROWS", 30)
    many = pandas.concat([rows.assign(customer=rows.customer + f"-{i}") for i in range(20)], ignore_index=True)
    many["churned"] = (np.random.default_rng(1).random(len(many)) < 0.01).astype(int)
    many["charge"] = many.churned * 5 + many.tenure / 50
    sandbox.write(many)
    ended = sandbox.run()
    assert ended.code == 1 and "column 'charge' separates the outcome" in ended.said
    leaks = sandbox.metrics()["leaks"]
    assert leaks["looked_for"] and 20 <= leaks["leavers"] < 60 and 20 <= leaks["stayers"] < 60


def test_with_too_few_leavers_a_run_passes_and_says_that_it_looked_for_no_leak(sandbox, rows):
    rows["churned"] = (rows.index % 20 == 0).astype(int)
    sandbox.write(rows)
    ended = sandbox.run()
    assert ended.code == 0 and "leaks were not looked for: saw 10 leavers and 190 stayers" in ended.said
    assert sandbox.metrics()["verdict"]["answer"] == "pass" and not sandbox.metrics()["leaks"]["looked_for"]


@pytest.mark.parametrize(
    ("positive", "negative", "texts"), [("Yes", "No", ("No", "Yes")), ("left", None, ("active", "left"))]
)
def test_outcomes_may_be_any_texts(sandbox, rows, positive, negative, texts):
    labels = f"positive: {positive!r}" + (f", negative: {negative!r}" if negative else "")
    sandbox.write(rows.assign(churned=[texts[y] for y in rows.churned]))
    assert sandbox.run(CONTRACT.replace("positive: 1, negative: 0", labels)).code == 0
    assert list(sandbox.valid().churned[:100]) == list(rows.churned[:100])


def test_left_on_counts_leavers_after_the_lead_time_and_within_the_horizon(sandbox, rows):
    days = {"C000": -3, "C001": 0, "C002": 1, "C003": 5, "C004": 6, "C005": 25, "C006": 26}
    left = {c: JANUARY + datetime.timedelta(days=d) for c, d in days.items()}
    rows["left_on"] = [left.get(c) if day == JANUARY else None for c, day in zip(rows.customer, rows.day, strict=True)]
    sandbox.write(rows.drop(columns="churned"))
    assert sandbox.run(LEFT_ON).code == 0
    found = by_customer(sandbox.valid(), JANUARY)
    assert not {"C000", "C001"} & set(found), "was not active on the day"
    assert not {"C002", "C003"} & set(found), "left within the lead time"
    assert [found[c] for c in ("C004", "C005", "C006", "C007")] == [1, 1, 0, 0]
    assert sandbox.metrics()["rows"]["excluded"] == 4
    assert by_customer(sandbox.valid(), MARCH).keys() >= {"C000"}


def test_outcomes_of_their_own_table_are_joined_by_id_and_day(sandbox, rows):
    sandbox.write(rows.drop(columns="churned"))
    outcomes = rows[rows.day != MARCH][["customer", "day", "churned"]].sample(frac=1, random_state=1)
    sandbox.write_outcomes(pandas.concat([outcomes.iloc[1:], outcomes.iloc[1:9]]))
    assert sandbox.run(TABLE).code == 0
    found = sandbox.valid()
    assert list(found.customer) == list(rows.customer), "the order of rows is the files'"
    lost = outcomes.iloc[0]
    assert pandas.isna(by_customer(found, lost.day)[lost.customer])
    assert by_customer(found, JANUARY)["C000"] == 1 and found.churned.count() == 199


def test_outcomes_that_contradict_each_other_are_set_aside_and_the_customer_has_none(sandbox, rows):
    sandbox.write(rows.drop(columns="churned"))
    outcomes = rows[rows.day != MARCH][["customer", "day", "churned"]]
    sandbox.write_outcomes(pandas.concat([outcomes, outcomes.iloc[[3]].assign(churned=1 - outcomes.churned[3])]))
    assert sandbox.run(TABLE).code == 0
    assert pandas.isna(sandbox.valid().churned[3])
    assert [(f, row, reason) for f, row, _, _, reason in sandbox.quarantine()] == [
        ("outcomes/a.parquet", 4, "contradicts another outcome of the same customer"),
        ("outcomes/a.parquet", 201, "contradicts another outcome of the same customer"),
    ]


def test_undated_rows_are_all_mature(sandbox, rows):
    contract = (
        CONTRACT.replace("observed_on: day\n", "")
        .replace(", horizon_days: 28", "")
        .replace("missing: 1}\n  note", "use: ignore}\n  note")
    )
    sandbox.write(rows.iloc[:100].drop(columns="day"))
    assert sandbox.run(contract).said == ""
    assert sandbox.valid().churned.count() == 100 and sandbox.metrics()["months"] == {}


def test_treated_is_kept_and_may_not_be_missing(sandbox, rows):
    contract = CONTRACT.replace("columns:", "treated: {column: offered, holdout_share: 0.1}\ncolumns:")
    rows["offered"] = [i % 3 == 0 for i in range(300)]
    sandbox.write(rows)
    assert sandbox.run(contract).code == 0
    assert list(sandbox.valid().offered) == list(rows.offered)
    sandbox.write(rows.astype({"offered": object}).assign(offered=lambda t: t.offered.where(t.index != 5)))
    assert sandbox.run(contract).code == 0
    assert [(row, column, reason) for _, row, column, _, reason in sandbox.quarantine()] == [
        (6, "offered", "is missing, wanted a value")
    ]


def test_figures_say_what_was_read_kept_and_set_aside(sandbox, rows):
    rows.loc[[0, 1], "tenure"] = -1
    rows.loc[2, "charge"] = None
    sandbox.write(rows)
    sandbox.run()
    figures = sandbox.metrics()
    wanted = {"read": 300, "kept": 298, "quarantined": 2, "excluded": 0, "outcome_not_known": 100}
    assert {k: figures["rows"][k] for k in wanted} == wanted
    assert figures["faults"] == {"tenure: is below 0": 2}
    assert figures["months"] == {"2024-01-01": 98, "2024-02-01": 100, "2024-03-01": 100}
    assert figures["missing_share"]["charge"] == pytest.approx(1 / 298, abs=1e-6)


def test_unknown_values_are_counted_in_each_column_whatever_it_is_called(sandbox, rows):
    rows.loc[[0, 1, 2], "plan"] = "gold"
    sandbox.write(rows.rename(columns={"plan": "by"}).assign(plan=rows.plan.where(rows.plan != "gold", "pro")))
    known = "plan: {kind: category, values: [basic, pro]}"
    sandbox.run(CONTRACT.replace(known, f"{known}\n  by: {{kind: category, values: [basic, pro]}}"))
    assert sandbox.metrics()["unknown_share"] == {"by": 0.01, "plan": 0.0}


def test_a_row_without_an_id_is_missing_from_its_month_once(sandbox, rows):
    rows.loc[0, "customer"] = None
    sandbox.write(rows)
    sandbox.run()
    assert sandbox.metrics()["months"] == {"2024-01-01": 99, "2024-02-01": 100, "2024-03-01": 100}


def test_after_the_fix_the_quarantine_is_replayed(sandbox, rows):
    sandbox.write(rows.assign(tenure=-1))
    assert sandbox.run().code == 1 and len(sandbox.quarantine()) == 300
    assert sandbox.run(CONTRACT.replace("min: 0, max: 1200", "min: -1, max: 1200")).code == 0
    assert sandbox.quarantine() == [] and len(sandbox.valid()) == 300


def test_memory_of_an_engine_that_may_use_little_is_enough(sandbox, rows):
    sandbox.write(pandas.concat([rows.assign(customer=rows.customer + f"-{i}") for i in range(100)]))
    assert sandbox.run(memory_limit_mb=150).code == 0
    assert len(sandbox.valid()) == 30_000


def test_a_month_whose_outcomes_were_turned_round_is_stopped_and_named(sandbox, rows):
    many_rows = pandas.concat([rows.assign(customer=rows.customer + f"-{n}") for n in range(10)], ignore_index=True)
    turned = many_rows.assign(churned=many_rows.churned.where(many_rows.day != FEBRUARY, 1 - many_rows.churned))
    assert turned[turned.day == FEBRUARY].churned.mean() == pytest.approx(0.8)
    sandbox.write(turned)
    done = sandbox.run(max_rate_jump=3.0)
    assert done.code == 1 and "customers of 2024-02-01 left (80.00%), 20.00% in" in done.said and done.valid_kept
