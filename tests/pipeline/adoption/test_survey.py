import dataclasses

import pandas as pd
import pytest
from team_file import customers, write_csv

from mainstay.pipeline import validate
from mainstay.pipeline.adoption.draft import text
from mainstay.pipeline.adoption.project import Pipeline
from mainstay.pipeline.adoption.report import report
from mainstay.pipeline.adoption.survey import Given, survey
from mainstay.refusal import Refusal
from mainstay.rows.contract_file import parse


@pytest.fixture
def surveyed(telecom, params, tmp_path):
    """Surveys the team's file, changed."""

    def run(frame=None, **given):
        if frame is not None:
            write_csv(frame, telecom.files[0])
        return survey(dataclasses.replace(telecom, **given), params, tmp_path, progress=iter)

    return run


@pytest.fixture(scope="module")
def found(params, tmp_path_factory):
    """The survey of the team's file as it is."""
    folder = tmp_path_factory.mktemp("survey")
    given = Given((write_csv(customers(), folder / "customers.csv"),), id="nr", outcome="Left", positive="Yes")
    return survey(given, params, folder, progress=iter)


def column(found, name):
    return next(g for g in found.draft.guesses if g.column.name == name)


def test_a_team_s_file_becomes_a_contract_of_every_column_but_the_keys(found):
    contract = parse(text(found.draft), "c.yaml")
    assert (contract.id, contract.outcome.positive, contract.outcome.negative) == ("nr", "Yes", "No")
    assert [c.name for c in contract.columns] == [c for c in customers().columns if c not in ("nr", "Left")]
    assert {c.name: c.kind for c in contract.features} == {"tenure": "integer", "charge": "number", "plan": "category"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("zip", "different texts"),
        ("country", "is constant: 'NL'"),
        ("email", "looks like an id"),
        ("leftover", "suspected leak: separates the outcome with AUC 1.000"),
        ("churn_reason", "suspected leak: its name"),
    ],
)
def test_what_is_no_feature_is_ignored_and_the_reason_said(found, name, reason):
    guess = column(found, name)
    assert guess.column.use == "ignore" and reason in guess.reason
    assert f"# {guess.reason}" in text(found.draft)


@pytest.mark.parametrize(
    ("filled", "reason"),
    [("Yes", "is missing exactly for those who stayed"), ("No", "is missing exactly for those who left")],
)
def test_a_column_filled_for_one_of_the_outcomes_only_is_a_suspected_leak(surveyed, filled, reason):
    frame = customers()
    frame["call"] = [str(i % 9) if left == filled else "" for i, left in enumerate(frame.Left)]
    assert column(surveyed(frame), "call").reason == f"suspected leak: {reason}"


def test_a_file_passes_its_own_draft(found, params, tmp_path):
    (tmp_path / "contract.yaml").write_text(text(found.draft))
    (tmp_path / "raw/customers").mkdir(parents=True)
    write_csv(customers(), tmp_path / "raw/customers/customers.csv")
    tables = {name: tmp_path / f"{name}.parquet" for name in ("valid", "quarantine")}
    texts = {"params": params, "contract": tmp_path / "contract.yaml", "metrics": tmp_path / "quality.json"}
    verdict = validate.run(**texts, **tables, raw=tmp_path / "raw")
    assert verdict.answer == "pass", verdict.reasons
    assert len(pd.read_parquet(tables["valid"])) == 200


def test_what_was_seen_is_counted(surveyed):
    frame = customers()
    frame.loc[150, frame.columns[1:]] = frame.loc[10, frame.columns[1:]]
    frame["email"] = "x"
    found = surveyed(frame)
    assert (found.rows, found.customers, found.positives, found.twins) == (200, 200, (frame.Left == "Yes").sum(), 1)


def test_dated_rows_need_no_more_than_the_name_of_the_date(surveyed):
    months = pd.concat([customers().assign(day=f"2024-0{m}-01") for m in range(1, 6)])
    found = surveyed(months, observed_on="day")
    contract = parse(text(found.draft), "c.yaml")
    assert (contract.observed_on, contract.outcome.horizon_days) == ("day", 30)
    assert (str(found.days[0]), found.customers) == ("2024-01-01", 200)


def test_the_closing_message_names_all_that_is_to_be_checked(found):
    pipeline = Pipeline("data/contract.yaml", "data/raw", ("simulate", "truth"), ())
    said = report(found, pipeline, 100, None)
    for expected in (
        "25.0% of 200 rows",
        "charge 2 rows without a value",
        "leftover",
        "churn_reason",
        "email",
        "country",
    ):
        assert expected in said
    assert "simulate and truth" in said and "dvc repro" in said


@pytest.mark.parametrize(
    ("change", "given", "said"),
    [
        (lambda f: pd.concat([f, f]), {}, "column 'nr' does not name a row: 400 rows have 200 different values"),
        (lambda f: f.assign(nr=""), {}, "200 have none"),
        (
            lambda f: f.assign(day="31/12/2024"),
            {"observed_on": "day"},
            "holds values such as '31/12/2024'; wanted dates",
        ),
        (lambda f: f.head(0), {}, "holds no rows"),
        (lambda f: f.assign(Left="No"), {}, "but no 'Yes'"),
        (lambda f: f, {"outcome": "gone"}, "no column 'gone'"),
        (lambda f: f, {"id": "Nr"}, "no column 'Nr'"),
        (lambda f: f[["nr", "email", "Left"]], {}, "none is a feature"),
        (lambda f: f.rename(columns={"plan": "pl`an"}), {}, "no usable name"),
    ],
)
def test_a_file_that_cannot_become_rows_of_a_contract_is_refused(surveyed, change, given, said):
    with pytest.raises(Refusal) as refused:
        surveyed(change(customers()), **given)
    assert said in str(refused.value)
