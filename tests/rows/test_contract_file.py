import json
import textwrap

import pytest
from imports import ROOT

from mainstay.refusal import Refusal
from mainstay.rows.contract_file import from_dict, load, parse, to_dict

GOOD = """\
id: customer_id
observed_on: observed_on
outcome: {column: churned, positive: 1, negative: 0, horizon_days: 30, lead_days: 0}
blanks: ["", NA]
columns:
  tenure:   {kind: integer, min: 0, max: 100}
  contract: {kind: category, values: [monthly, yearly]}
"""


def test_the_shipped_contract_is_sound():
    assert load(ROOT / "data/contract.yaml").features


def test_a_contract_survives_the_journey_inside_a_model_file():
    contract = parse(GOOD, "c.yaml")
    assert from_dict(json.loads(json.dumps(to_dict(contract)))) == contract


def test_values_that_yaml_reads_as_other_things_stay_text():
    text = GOOD.replace("[monthly, yearly]", "[0, 1.5, true]")
    assert parse(text, "c.yaml").columns[1].values == ("0", "1.5", "true")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("kind: integer", "kind: intger", 6, "intger"),
        ("min: 0, max: 100", "min: 9, max: 1", 6, "min 9 is above max 1"),
        ("min: 0", "mni: 0", 6, "unknown key 'mni'"),
        ("values: [monthly, yearly]", "unit: x", 7, "a category needs"),
        ("values: [monthly, yearly]", "values: [a, a]", 7, "twice"),
        ("kind: category, values: [monthly, yearly]", "kind: date", 6, "date feature needs"),
        ("  contract:", "  tenure:  ", 7, "stands twice"),
        ("  contract:", "  churned: ", 7, "is already the id, date, outcome"),
        ("id: customer_id", "id: 7", 1, "id"),
        ("id: customer_id", "idd: customer_id", 1, "unknown key 'idd'"),
        ("column: churned", "colum: churned", 3, "unknown key 'colum'"),
        ("column: churned, ", "", 3, "either `column` or `left_on`"),
        ("horizon_days: 30", "horizon_days: 0", 3, "horizon_days"),
        ("lead_days: 0", "lead_days: -1", 3, "0 or more"),
        ('blanks: ["", NA]', "blanks: NA", 4, "blanks"),
        ("max: 100}", "max: 100, missing: 2}", 6, "share between 0 and 1"),
        ("max: 100}", "max: 100, expect: sideways}", 6, "sideways"),
        ('blanks: ["", NA]\n', "", 1, "'blanks' is missing"),
        ("columns:", "columns: [", 7, "not YAML"),
    ],
)
def test_a_mistake_is_reported_with_its_line(old, new, line, said):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if new == "kind: date":  # only a snapshot without dates may not have it
        text = text.replace("observed_on: observed_on\n", "")
    with pytest.raises(Refusal) as refused:
        parse(text, "c.yaml")
    assert str(refused.value).startswith(f"c.yaml:{line}: ")
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["", "just text", "- a\n- b\n", "id: !!python/object/apply:os.system [ls]\n"])
def test_a_file_that_is_no_contract_is_refused(text):
    with pytest.raises(Refusal, match=r"^c\.yaml:1: "):
        parse(textwrap.dedent(text), "c.yaml")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match="cannot be read"):
        load(tmp_path / "none.yaml")
