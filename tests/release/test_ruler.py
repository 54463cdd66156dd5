from dataclasses import replace

import msgspec
import pandas as pd
import pytest
from contest import CONTRACT, GATE, PROFIT
from imports import ROOT

from mainstay import params
from mainstay.release.ruler import SECTIONS, Change, Ruler, changes, model_format, outcomes
from mainstay.rows.contract import Column

SETTINGS = {name: params.load(ROOT / "params.yaml", name) for name in SECTIONS} | {"gate": GATE, "profit": PROFIT}
SAME = Ruler(CONTRACT, **SETTINGS)
TENURE = Column("tenure", "integer")


def of_contract(**changed):
    return replace(SAME, contract=replace(CONTRACT, **changed))


def test_one_ruler_has_no_changes():
    assert changes(SAME, replace(SAME)) == []


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (of_contract(columns=(*CONTRACT.columns, TENURE)), "contract: columns added: tenure"),
        (of_contract(columns=CONTRACT.columns[1:]), "contract: columns removed: champion_band"),
        (of_contract(columns=CONTRACT.columns[::-1]), "contract: columns in another order"),
        (
            of_contract(columns=(replace(CONTRACT.columns[0], max=9), CONTRACT.columns[1])),
            "columns changed: champion_band",
        ),
        (of_contract(outcome=replace(CONTRACT.outcome, horizon_days=60)), "'horizon_days': 60"),
        (of_contract(blanks=("-",)), "blanks () -> ('-',)"),
        (replace(SAME, contract=None), "contract: that of one side cannot be read"),
        (replace(SAME, gate=msgspec.structs.replace(GATE, max_looks=9)), "gate: max_looks 20 -> 9"),
        (replace(SAME, split=None), "split: that of one side is missing"),
    ],
)
def test_a_change_names_the_part_and_the_values(head, said):
    (change,) = changes(SAME, head)
    assert change.part == said.split(":")[0] or change.part == "contract"
    assert said in change.sentence


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_is_a_part(section):
    assert [change.part for change in changes(SAME, replace(SAME, **{section: None}))] == [section]


def table(ids, churned):
    return pd.DataFrame({"id": ids, "churned": pd.array(churned, dtype="Int8")})


BASE = table(["a", "b", "c"], [0, 1, 0])


@pytest.mark.parametrize(
    ("head", "whole", "said"),
    [
        (table(["c", "b", "a", "d"], [0, 1, 0, 1]), True, None),
        (table(["a", "b"], [0, 1]), False, None),
        (table(["a", "b"], [0, 1]), True, "outcomes: of 3 test rows of the base 1 are gone"),
        (table(["a", "b"], [1, 0]), False, "outcomes: of 3 test rows of the base 2 have another outcome"),
        (table(["a", "b"], [1, 1]), True, "1 have another outcome and 1 are gone"),
        (table(["a", "b", "c"], [None, 1, 0]), True, "1 have another outcome"),
        (BASE.rename(columns={"id": "person"}), True, "a side has no column id"),
    ],
)
def test_outcomes_are_compared_customer_by_customer(head, whole, said):
    found = outcomes(BASE, head, ["id"], whole)
    assert (said is None) == (found == [])
    assert said is None or said in found[0].sentence


def test_files_of_two_formats_are_a_change():
    assert model_format(1, 1) == []
    assert model_format(1, 2) == [Change("model format", "model format: the champion's is 1, the candidate's 2")]
    assert model_format(1, None)
