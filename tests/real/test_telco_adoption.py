import pytest
from imports import ROOT
from telco import TELCO

from mainstay.pipeline import split, validate
from mainstay.pipeline.adoption.draft import text
from mainstay.pipeline.adoption.survey import Given, survey
from mainstay.rows.contract_file import parse
from mainstay.rows.table import read_json

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not TELCO.exists(), reason="the Telco sample is not here: ../shared/data/telco.csv"),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    given = Given((TELCO,), id="customerID", outcome="Churn", positive="Yes")
    return survey(given, ROOT / "params.yaml", tmp_path_factory.mktemp("survey"), progress=iter)


def test_what_is_known_of_the_file_is_found(found):
    gaps = {p.name: p.rows - p.present for p in found.profiles if p.present < p.rows}
    assert (found.rows, found.positives, found.twins, gaps) == (7043, 1869, 22, {"TotalCharges": 11})


def test_numbers_are_numbers_and_nothing_is_thought_a_leak(found):
    contract = parse(text(found.draft), "c.yaml")
    kinds = {c.name: c.kind for c in contract.features if c.kind != "category"}
    assert kinds == {
        "SeniorCitizen": "integer",
        "tenure": "integer",
        "MonthlyCharges": "number",
        "TotalCharges": "number",
    }
    assert [c.name for c in contract.columns if not c.is_feature] == ["gender"]


def test_the_file_passes_its_own_draft_and_splits(found, tmp_path):
    paths = {name: tmp_path / f"{name}.parquet" for name in ("valid", "quarantine", "train", "test")}
    params, contract = ROOT / "params.yaml", tmp_path / "contract.yaml"
    contract.write_text(text(found.draft))
    (tmp_path / "raw/customers").mkdir(parents=True)
    (tmp_path / "raw/customers/telco.csv").write_bytes(TELCO.read_bytes())
    here = {"params": params, "contract": contract, "valid": paths["valid"]}
    judged = validate.run(**here, raw=tmp_path / "raw", quarantine=paths["quarantine"], metrics=tmp_path / "q.json")
    assert (judged.answer, read_json(tmp_path / "q.json")["rows"]["kept"]) == ("pass", 7043)
    done = split.run(**here, train=paths["train"], test=paths["test"], metrics=tmp_path / "s.json")
    told = read_json(tmp_path / "s.json")
    assert done.answer == "pass" and 10 < told["twins_dropped"] < 40
    assert told["train"]["rows"] + told["test"]["rows"] + told["twins_dropped"] == 7043
