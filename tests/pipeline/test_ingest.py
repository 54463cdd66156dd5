"""New rows come into a project of a team's own, whole or not at all."""

import datetime

import pandas
import pytest
import yaml
from click.testing import CliRunner
from raw_sandbox import CONTRACT, DAYS, good_rows

from mainstay.cli import verbs
from mainstay.pipeline import ingest
from mainstay.pipeline.ingest import Asked
from mainstay.refusal import Refusal
from mainstay.rows.files import find

DVC = """\
stages:
  validate:
    cmd: x params=params.yaml contract=data/contract.yaml raw=data/raw
"""
JANUARY = datetime.date(2025, 1, 1)
TABLES = CONTRACT.replace("{column: churned", "{table: outcomes, column: churned")


@pytest.fixture
def project(tmp_path, params_file):
    """A team's project with three months of customers in one file."""
    top = tmp_path / "churn"
    (top / "data").mkdir(parents=True)
    (top / "dvc.yaml").write_text(DVC)
    (top / "data/contract.yaml").write_text(CONTRACT)
    (top / "params.yaml").write_text(params_file)
    write(good_rows(), top / "data/raw/customers/first.parquet")
    return top


@pytest.fixture(scope="session")
def params_file():
    from imports import ROOT

    return (ROOT / "params.yaml").read_text()


def write(rows, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.to_csv(path, index=False) if path.suffix == ".csv" else rows.to_parquet(path, index=False)
    return path


def month(day=JANUARY):
    rows = good_rows()
    return rows[rows["day"] == DAYS[0]].assign(day=day, called_on=None)


def bring(project, source, dvc=lambda *_: None, **asked):
    return ingest.run(Asked(**{"source": source, "table": None, "corrects": None, "months": 1} | asked), project, dvc)


def held(project):
    raw = project / "data/raw"
    return {str(p.relative_to(raw)): p.read_bytes() for p in sorted(raw.rglob("*")) if p.is_file()}


def test_a_new_month_is_added_and_dvc_told(project, tmp_path):
    said, before = [], held(project)
    source = write(month(), tmp_path / "2025-01.parquet")
    brought = bring(project, source, lambda *words: said.append(words[1:]))
    assert brought.new == ("data/raw/customers/2025-01.parquet",)
    assert held(project) == before | {"customers/2025-01.parquet": source.read_bytes()}
    assert said == [("add", "--quiet", "data/raw")]


def test_the_same_content_a_second_time_changes_nothing_whatever_its_name(project, tmp_path):
    source = write(month(), tmp_path / "2025-01.csv")
    bring(project, source)
    before = held(project)
    other = source.rename(tmp_path / "again.csv")
    brought = bring(project, other, dvc=None)
    assert (brought.new, held(project)) == ((), before) and "already" in brought.said


def test_a_name_that_is_taken_is_never_written_over(project, tmp_path):
    source = write(month(), tmp_path / "first.parquet")
    refused(project, source, r"first\.parquet is there already and holds something else; .*--corrects first\.parquet")


def test_a_past_date_is_not_added_to(project, tmp_path):
    source = write(month(DAYS[1]), tmp_path / "late.parquet")
    refused(project, source, rf"late\.parquet: holds rows of {DAYS[1]}, which customers/first\.parquet holds already")


def test_a_correction_stands_in_for_the_file_it_names_which_stays(project, tmp_path):
    before = held(project)
    source = write(good_rows().assign(tenure=3), tmp_path / "mended.csv")
    brought = bring(project, source, corrects="first.parquet")
    assert brought.new == ("data/raw/customers/first.correction-1.csv",)
    assert held(project).items() >= before.items()
    assert [p.name for p in find(project / "data/raw", "customers")] == ["first.correction-1.csv"]
    again = write(good_rows().assign(tenure=4), tmp_path / "mended.csv")
    assert bring(project, again, corrects="first.parquet").new == ("data/raw/customers/first.correction-2.csv",)


def test_a_correction_names_a_file_that_is_there(project, tmp_path):
    source = write(month(), tmp_path / "a.parquet")
    refused(project, source, r"--corrects: saw 'gone\.csv', wanted one of first\.parquet", corrects="gone.csv")


def test_columns_that_differ_are_told_before_anything_comes_in(project, tmp_path):
    source = write(month().rename(columns={"tenure": "age_months"}), tmp_path / "a.parquet")
    refused(project, source, r"a\.parquet: columns differ from the contract: 'tenure' is missing")


@pytest.mark.parametrize("error", [OSError("No space left on device"), KeyboardInterrupt(), Refusal("dvc add: no")])
def test_a_failure_leaves_what_was_there(project, tmp_path, error):
    before = held(project)

    def fail(*_):
        raise error

    with pytest.raises(type(error)):
        bring(project, write(month(), tmp_path / "2025-01.parquet"), fail)
    assert held(project) == before


def test_folders_of_tables_come_in_together_and_outcomes_may_be_of_past_dates(project, tmp_path):
    (project / "data/contract.yaml").write_text(TABLES)
    write(good_rows().drop(columns="churned"), project / "data/raw/customers/first.parquet")
    export = tmp_path / "export"
    write(month().drop(columns="churned"), export / "customers/2025-01.parquet")
    write(good_rows()[["customer", "day", "churned"]], export / "outcomes/2024.parquet")
    assert bring(project, export).new == (
        "data/raw/customers/2025-01.parquet",
        "data/raw/outcomes/2024.parquet",
    )
    late = write(good_rows()[["customer", "day", "churned"]].head(9), tmp_path / "late.csv")
    assert bring(project, late, table="outcomes").new == ("data/raw/outcomes/late.csv",)


def test_an_undated_snapshot_stands_in_for_the_one_before(project, tmp_path):
    lines = [line for line in CONTRACT.splitlines() if not line.startswith("observed_on") and "called_on" not in line]
    (project / "data/contract.yaml").write_text("\n".join(lines).replace(", horizon_days: 28", ""))
    undated = good_rows().drop(columns=["day", "called_on"]).head(100)
    write(undated, project / "data/raw/customers/first.parquet")
    source = write(undated.head(90), tmp_path / "book.csv")
    assert bring(project, source).new == ("data/raw/customers/first.correction-1.csv",)
    assert [p.name for p in find(project / "data/raw", "customers")] == ["first.correction-1.csv"]


def test_rows_that_are_not_here_cannot_be_added_to(project, tmp_path):
    (project / "data/raw/customers/first.parquet").unlink()
    refused(project, write(month(), tmp_path / "a.parquet"), r"the rows so far are not here; run `dvc pull")


@pytest.mark.parametrize(("name", "why"), [("a.xlsx", "neither .csv nor .parquet"), ("nothing", "no file there")])
def test_what_is_no_table_is_refused(project, tmp_path, name, why):
    source = tmp_path / name
    source.write_text("x") if "." in name else source.mkdir()
    refused(project, source, why)


def test_two_files_of_one_name_are_refused(project, tmp_path):
    write(month(), tmp_path / "export/a/1.parquet")
    write(month(datetime.date(2025, 2, 1)), tmp_path / "export/b/1.parquet")
    refused(project, tmp_path / "export", r"a second file called customers/1\.parquet")


def test_a_table_that_the_contract_has_not_is_refused(project, tmp_path):
    source = write(month(), tmp_path / "a.parquet")
    refused(project, source, r"--table: saw 'outcomes', wanted customers", table="outcomes")


def refused(project, source, why, **asked):
    before = held(project)
    with pytest.raises(Refusal, match=why):
        bring(project, source, dvc=None, **asked)
    assert held(project) == before


def test_a_simulated_business_lives_on_by_a_month(project, monkeypatch, tmp_path):
    (project / "dvc.yaml").write_text(DVC + "  simulate:\n    cmd: x\n    outs: [data/raw]\n")
    before = (project / "params.yaml").read_text()
    monkeypatch.chdir(project)
    ran = CliRunner().invoke(verbs, ["ingest", "--output", str(tmp_path / "out")])
    was = yaml.safe_load(before)["simulate"]["months"]
    assert ran.output == f"simulate.months: {was} -> {was + 1}; now `dvc repro`\n", ran.output
    after = (project / "params.yaml").read_text()
    assert after == before.replace(f"months: {was} ", f"months: {was + 1} ", 1) != before
    assert (tmp_path / "out").read_text() == "changed=true\n"
    refused(project, tmp_path / "x.csv", "`mainstay adopt` your own first")


def test_what_came_in_is_what_validate_reads(project, tmp_path):
    bring(project, write(month(), tmp_path / "2025-01.csv"))
    files = find(project / "data/raw", "customers")
    read = [pandas.read_csv(path) if path.suffix == ".csv" else pandas.read_parquet(path) for path in files]
    assert sum(map(len, read)) == 400
