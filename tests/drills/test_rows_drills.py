"""Faults of rows: each is set aside with its place and reason, or stops the run in one line."""

import datetime

import numpy as np
import pandas
import pyarrow.parquet
import pytest
from raw_sandbox import CONTRACT

LENIENT = {"quarantine_share": 0.5}
"""So that a drill's few faulty rows do not stop a run of 300."""


def test_good_rows_pass(sandbox, rows):
    sandbox.write(rows)
    ended = sandbox.run()
    assert (ended.code, ended.said) == (0, "")
    assert len(sandbox.valid()) == 300
    assert sandbox.quarantine() == []
    assert "note" not in sandbox.valid(), "an ignored column is not kept"


def test_a_value_that_breaks_a_rule_is_set_aside_with_file_row_value_and_reason(sandbox, rows):
    table = rows.astype({"customer": object, "called_on": object})
    cells = [
        (1, "tenure", -3, "-3", "is below 0"),
        (3, "tenure", 5000, "5000", "is above 1200"),
        (5, "charge", -0.5, "-0.5", "is below 0"),
        (7, "customer", None, None, "is missing, wanted a value"),
        (9, "customer", "C\x00009", "C\x00009", "holds a control character"),
        (11, "customer", "C\n011", "C\n011", "holds a control character"),
        (13, "called_on", datetime.date(2024, 1, 2), "2024-01-02", "is after the observation date"),
        (15, "plan", None, None, "is missing, wanted a value"),
        (17, "plan", "p" * 10_001, "p" * 200, "is longer than 10000 bytes"),
        (19, "churned", 2, "2", "is neither '1' (left) nor '0' (stayed)"),
    ]
    for at, column, value, *_ in cells:
        table.at[at, column] = value
    sandbox.write(table)
    assert sandbox.run(**LENIENT).code == 0
    wanted = [("customers/a.parquet", at + 1, column, seen, reason) for at, column, _, seen, reason in cells]
    found = [tuple(None if pandas.isna(v) else v for v in row) for row in sandbox.quarantine()]
    assert found == wanted
    assert len(sandbox.valid()) == 300 - len(cells)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_no_number_is_told_by_the_rule_it_breaks(sandbox, rows, ending):
    values = ["nan", "inf", "-inf", " ", "twelve", "9" * 5000]
    reasons = ["is nan, wanted a finite number", "is inf, wanted a finite number", "is -inf, wanted a finite number"]
    reasons += ["is text, wanted a number"] * 2
    rows["charge"] = rows["charge"].astype(str)
    rows.loc[range(6), "charge"] = values
    sandbox.write(rows, f"a.{ending}")
    sandbox.run(**LENIENT)
    found = sandbox.quarantine()
    assert [reason for *_, reason in found[:5]] == reasons
    assert found[5][2] == "charge" and found[5][4] in ("is text, wanted a number", "is inf, wanted a finite number")
    assert len(str(found[5][3])) <= 5000
    first = 2 if ending == "csv" else 1
    assert [row for _, row, *_ in found] == list(range(first, first + 6))


@pytest.mark.parametrize("strange", [[np.nan], [-np.nan], [np.nan, np.inf], [-np.inf], [np.nan, -np.inf, np.inf]])
def test_a_parquet_float_that_is_nan_is_set_aside_and_an_infinity_too(sandbox, rows, strange):
    """The file's own minimum and maximum leave NaN out, so that alone it hides behind them."""
    write_floats(sandbox, rows, strange)
    assert sandbox.run(**LENIENT).code == 0
    wanted = [(i + 1, f"is {x:g}, wanted a finite number".replace("-nan", "nan")) for i, x in enumerate(strange)]
    assert [(row, reason) for _, row, _, _, reason in sandbox.quarantine()] == wanted


@pytest.mark.parametrize("also", [[], [np.inf], [-np.inf]])
def test_a_parquet_float_that_is_nan_is_missing_where_the_contract_calls_it_a_blank(sandbox, rows, also):
    write_floats(sandbox, rows, [np.nan, -np.nan, *also])
    assert sandbox.run(CONTRACT.replace('"NA"]', '"NaN"]'), **LENIENT).code == 0
    assert sandbox.valid().charge.isna().sum() == 2
    assert [row for _, row, *_ in sandbox.quarantine()] == [3][: len(also)]


def write_floats(sandbox, rows, first: list[float]) -> None:
    """The rows, their charges starting with these numbers, as NaN and not as NULL."""
    values = rows["charge"].to_numpy().copy()
    values[: len(first)] = first
    table = pyarrow.Table.from_pandas(rows).set_column(3, "charge", pyarrow.array(values, from_pandas=False))
    sandbox.customers.mkdir(parents=True)
    pyarrow.parquet.write_table(table, sandbox.customers / "a.parquet")


def test_all_rows_of_a_duplicate_id_are_set_aside_also_of_unicode_twins_and_exact_copies(sandbox, rows):
    rows.loc[0, "customer"] = "Zoë"
    rows.loc[1, "customer"] = "Zoe\u0308"  # the same name, decomposed
    rows.loc[2, "customer"] = "C004"  # row 4, another day's C004 stays
    copied = pandas.concat([rows, rows.iloc[[9]]])
    sandbox.write(copied)
    assert sandbox.run(**LENIENT).code == 0
    found = sandbox.quarantine()
    assert [row for _, row, *_ in found] == [1, 2, 3, 5, 10, 301]
    assert {reason for *_, reason in found} == {"is a duplicate id on the same observation date"}
    kept = sandbox.valid()
    assert not kept.duplicated(["customer", "day"]).any()
    assert (kept.customer == "C004").sum() == 2


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_strange_but_honest_ids_are_kept_as_they_are(sandbox, rows, ending):
    ids = ["😀", "زبون", "\u202etxt.exe", "=cmd|'/c calc'!A0", 'it\'s "quoted", so', "007", "9007199254740993"]
    rows.loc[range(len(ids)), "customer"] = ids
    sandbox.write(rows, f"a.{ending}")
    assert sandbox.run().code == 0
    assert list(sandbox.valid().customer[: len(ids)]) == ids


def test_a_leaking_column_stops_the_run_and_is_named(sandbox, rows):
    rows["charge"] = rows["churned"] * 10.0 + rows["charge"] / 1000
    sandbox.write(rows)
    ended = sandbox.run()
    assert ended.code == 1 and ended.valid_kept
    assert "column 'charge' separates the outcome with AUC 1.000 by itself: a leak; give it `use: ignore`" in ended.said
    assert sandbox.metrics()["separation_auc"]["charge"] == 1.0


def test_a_column_that_is_missing_exactly_for_leavers_stops_the_run(sandbox, rows):
    rows.loc[rows.churned == 1, "called_on"] = None
    rows.loc[rows.churned == 0, "called_on"] = datetime.date(2023, 12, 1)
    sandbox.write(rows)
    ended = sandbox.run()
    assert ended.code == 1 and "column 'called_on' is missing exactly for those who left: a leak" in ended.said


@pytest.mark.parametrize(
    ("column", "told"), [("charge", "column 'charge' has no value at all"), ("tenure", "'tenure' is missing")]
)
def test_an_all_null_column_stops_the_run_and_is_named(sandbox, rows, column, told):
    rows[column] = None
    sandbox.write(rows)
    ended = sandbox.run()
    assert ended.code == 1 and ended.valid_kept and told in ended.said
    assert len(ended.said.splitlines()) == 1


def test_unseen_categories_are_kept_up_to_the_tolerated_share_and_stop_the_run_above_it(sandbox, rows):
    rows.loc[range(2), "plan"] = "gold"
    sandbox.write(rows)
    assert sandbox.run().code == 0
    assert list(sandbox.valid().plan[:2]) == ["gold", "gold"]
    assert sandbox.metrics()["unknown_share"]["plan"] == pytest.approx(2 / 300, abs=1e-6)
    rows.loc[range(4), "plan"] = "gold"
    sandbox.write(rows)
    ended = sandbox.run()
    assert ended.code == 1 and ended.valid_kept
    assert "'plan' holds values that the contract does not list in 1.33% of rows, wanted at most 1.00%" in ended.said


def test_too_much_missing_stops_the_run(sandbox, rows):
    rows.loc[range(30), "charge"] = None
    sandbox.write(rows)
    ended = sandbox.run()
    assert ended.code == 1 and "'charge' is missing in 10.00% of rows, wanted at most 5.00%" in ended.said


def test_negative_tenure_everywhere_stops_the_run_and_what_was_set_aside_can_be_looked_up(sandbox, rows):
    rows["tenure"] -= 100
    sandbox.write(rows)
    ended = sandbox.run()
    assert ended.code == 1 and ended.valid_kept and not ended.all_kept
    assert "300 of 300 rows were set aside, wanted at most 1.00%" in ended.said
    assert "column 'tenure' is below 0 (300 rows); see `mainstay quarantine`" in ended.said
    assert len(sandbox.quarantine()) == 300
    assert sandbox.metrics()["verdict"]["answer"] == "fail"


def test_numbers_that_became_text_are_set_aside_unless_they_still_are_numbers(sandbox, rows):
    rows["tenure"] = rows["tenure"].astype(str)
    sandbox.write(rows)
    assert sandbox.run().code == 0
    assert sandbox.valid().tenure.dtype == np.int64
    rows["tenure"] += " months"
    sandbox.write(rows)
    ended = sandbox.run()
    assert ended.code == 1 and "column 'tenure' is text, wanted an integer (300 rows)" in ended.said


@pytest.mark.parametrize(("outcome", "told"), [(0, "no customer left"), (1, "no customer stayed")])
def test_one_class_only_stops_the_run(sandbox, rows, outcome, told):
    rows["churned"] = outcome
    sandbox.write(rows)
    ended = sandbox.run()
    assert ended.code == 1 and ended.valid_kept and told in ended.said


def test_a_month_of_less_than_half_the_rows_stops_the_run_unless_acknowledged(sandbox, rows):
    sandbox.write(rows.drop(range(140, 200)))
    ended = sandbox.run()
    assert ended.code == 1 and "2024-02-01 has 40 rows after 100 on 2024-01-01" in ended.said
    assert sandbox.run(shrink_share=0.3).code == 0


def test_too_few_rows_stop_the_run(sandbox, rows):
    sandbox.write(rows)
    ended = sandbox.run(min_rows=301)
    assert ended.code == 1 and "300 rows were kept, wanted at least 301 (validate.min_rows)" in ended.said


def test_every_reason_is_in_the_one_line(sandbox, rows):
    rows["churned"], rows["charge"] = 0, None
    sandbox.write(rows)
    ended = sandbox.run()
    assert len(ended.said.splitlines()) == 1
    assert "'charge'" in ended.said and "no customer left" in ended.said
