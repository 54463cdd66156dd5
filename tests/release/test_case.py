from branches import CONTRACT, model, rows
from onnx import ModelProto

from mainstay.release.lock import MODEL
from mainstay.rows import contract_file


def of_format(number):
    data = ModelProto()
    data.ParseFromString(model())
    (entry,) = data.metadata_props
    entry.value = entry.value.replace('"format": 1', f'"format": {number}')
    return data.SerializeToString()


def test_a_candidate_of_another_format_is_left_to_the_branchs_own_code(branch):
    judgement = branch.write(MODEL, of_format(2)).gate(acknowledge_ruler=True, accept_inconclusive=True)
    assert (judgement.verdict.answer, judgement.exit_code) == ("inconclusive", 1)
    assert judgement.ruler["changes"][0]["part"] == "model format"


def test_a_base_that_had_no_numbers_for_the_gate_yet_leaves_the_ruler_unproven(empty):
    import yaml

    path = empty.root / "params.yaml"
    document = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({k: v for k, v in document.items() if k != "gate"}))
    empty.make(model()).commit("First model").switch("better")
    path.write_text(yaml.safe_dump(document))
    judgement = empty.make(model(note="other bytes")).gate()
    assert judgement.verdict.answer == "inconclusive" and judgement.ruler["judged_by"] is None
    assert empty.gate(acknowledge_ruler=True).exit_code == 0


def test_undated_rows_are_compared_by_customer(empty):
    undated = CONTRACT.replace("observed_on: day\n", "").replace(", horizon_days: 30", "")
    split = {"kind": "hash", "salt": "s", "test_share": 0.999999}
    frame = rows().drop(columns="day")
    contract_file.parse(undated, "contract")
    empty.contract(undated).make(model(contract=undated, split=split), frame).commit("First model").switch("better")
    frame.loc[0, "churned"] = 0
    judgement = empty.make(model(contract=undated, split=split, note="other bytes"), frame).gate()
    assert "1 have another outcome" in judgement.ruler["changes"][0]["sentence"]
