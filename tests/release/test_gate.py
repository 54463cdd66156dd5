import pytest
from branches import CONTRACT, RATES, model, rows

from mainstay.refusal import Refusal
from mainstay.release.gate import gate

WORSE = [sum(RATES) / 10] * 9 + [0.6]
OWN = {"acknowledge_ruler": True}


def parts(judgement):
    return [change["part"] for change in judgement.ruler["changes"]]


def test_the_first_model_ever_is_judged_by_floors_and_that_is_said(empty):
    judgement = empty.make(model()).gate()
    assert judgement.judged.kind == "first release" and judgement.exit_code == 0
    assert "first release" in judgement.sentence


def test_the_champions_own_bytes_are_no_change(branch):
    judgement = branch.gate()
    assert (judgement.judged.kind, judgement.verdict.answer) == ("no change", "pass")


def test_an_uncommitted_candidate_on_the_default_branch_is_judged_against_what_is_committed(empty):
    judgement = empty.make(model()).commit("First model").make(model(WORSE)).gate()
    assert judgement.judged.kind == "comparison" and judgement.exit_code == 1


def test_a_sound_candidate_passes_and_the_verdict_names_no_commit(branch):
    judgement = branch.make(model(note="other bytes")).commit("Second model").gate()
    assert (judgement.judged.kind, judgement.verdict.answer) == ("comparison", "pass")
    assert judgement.ruler == {"changes": [], "acknowledged": False, "judged_by": "head"}
    assert judgement.champion["source"] == "the model of the default branch where this one left it"


def test_a_worse_candidate_fails_and_says_why_in_one_sentence(branch):
    judgement = branch.make(model(WORSE)).gate()
    assert judgement.verdict.answer == "fail" and judgement.exit_code == 1
    assert judgement.sentence.startswith("ROC AUC") and "worse" in judgement.sentence


def test_the_branch_is_judged_against_where_it_left_the_default_one(branch):
    from sandbox import git

    branch.make(model(note="mine")).commit("Mine")
    git(branch.root, "switch", "--quiet", "main")
    branch.make(model(WORSE)).commit("Main moved on")
    git(branch.root, "switch", "--quiet", "better")
    branch.make(model(note="mine"))
    assert branch.gate().champion["digest"] == branch.gate(champion="main~1").champion["digest"]


def test_another_champion_may_be_named(branch):
    judgement = (
        branch.make(model(WORSE)).commit("Worse").make(model(WORSE, note="no worse than that")).gate(champion="HEAD")
    )
    assert judgement.champion["source"] == "named by --champion: HEAD"
    assert judgement.judged.lines[0].answer == "pass"


def test_a_champion_whose_bytes_are_nowhere_fails_and_says_what_to_do(branch):
    judgement = branch.make(model(note="other bytes")).forget(model()).gate(accept_inconclusive=True)
    assert (judgement.judged.kind, judgement.verdict.answer) == ("not comparable", "fail")
    assert "dvc push" in judgement.sentence and judgement.exit_code == 1


def test_a_champion_that_this_code_cannot_read_is_inconclusive(empty):
    empty.make(model()).write("data/model.onnx", b"no model")
    empty.write("dvc.lock", (empty.root / "dvc.lock").read_text())
    relocked(empty, b"no model").commit("Not a model").switch("better").make(model())
    judgement = empty.gate()
    assert judgement.verdict.answer == "inconclusive"
    assert "cannot compare" in judgement.judged.lines[0].sentence


def relocked(branch, data):
    """dvc.lock names these bytes as the model, and the cache has them."""
    import yaml

    out = branch._cached(branch.root / "data/model.onnx", "data/model.onnx")
    lock = yaml.safe_load((branch.root / "dvc.lock").read_text())
    lock["stages"]["train"]["outs"][0] = out
    return branch.write("dvc.lock", yaml.safe_dump(lock))


@pytest.mark.parametrize(
    ("name", "content"),
    [("stress", None), ("data_quality", "no JSON"), ("split", "[]"), ("training", "{}"), ("evaluation", None)],
)
def test_a_file_of_metrics_that_is_missing_or_broken_is_a_fail(branch, name, content):
    branch.make(model(note="other bytes"))
    path = branch.root / f"metrics/{name}.json"
    path.unlink() if content is None else path.write_text(content)
    judgement = branch.gate()
    assert judgement.verdict.answer == "fail" and f"metrics/{name}.json" in judgement.sentence


def test_without_a_candidate_or_a_repository_it_is_refused(branch, tmp_path_factory):
    (branch.root / "data/model.onnx").unlink()
    with pytest.raises(Refusal, match="dvc repro"):
        branch.gate()
    with pytest.raises(Refusal, match="git"):
        gate(tmp_path_factory.mktemp("nowhere"), None)


def test_without_rows_to_judge_by_it_is_refused(branch):
    (branch.root / "data/test.parquet").unlink()
    with pytest.raises(Refusal, match=r"test\.parquet"):
        branch.gate()


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("gate", {"min_roc_auc": 0.1}),
        ("profit", {"offer_cost": 1.0}),
        ("split", {"salt": "pepper"}),
        ("stress", {"direction_share": 0.1}),
        ("validate", {"leak_auc": 1.0}),
    ],
)
@pytest.mark.parametrize("new_model", [False, True])
def test_a_changed_number_of_the_ruler_waits_to_be_acknowledged(branch, section, value, new_model):
    branch.set(section, **value).make(model(note="other bytes") if new_model else model())
    judgement = branch.gate()
    assert parts(judgement) == [section]
    assert (judgement.verdict.answer, judgement.exit_code) == ("inconclusive", 1)
    assert judgement.ruler["judged_by"] == "base" and judgement.by_base.verdict.answer == "pass"
    assert next(iter(value)) in judgement.ruler["changes"][0]["sentence"]
    assert branch.gate(accept_inconclusive=True).exit_code == 1, "another consent than this one"
    assert branch.gate(**OWN).exit_code == 0


def test_other_numbers_are_no_part_of_the_ruler(branch):
    assert parts(branch.set("train", seed=8).make(model(note="other bytes")).gate()) == []


def test_what_the_base_stops_stays_stopped_until_the_ruler_is_acknowledged(branch):
    branch.set("gate", min_roc_auc=0.1, max_margin=[0.5, 0.5], min_margin=0.4, harm_tolerance=10.0).make(model(WORSE))
    judgement = branch.gate()
    assert judgement.verdict.answer == "fail" and parts(judgement) == ["gate"]
    acknowledged = branch.gate(**OWN)
    assert acknowledged.by_base.verdict.answer == "fail", "what the base says stays on the record"
    assert acknowledged.judged.lines[0].answer == "pass"
    assert acknowledged.ruler["acknowledged"] and acknowledged.ruler["judged_by"] == "head"


def test_outcomes_that_changed_are_told_and_the_base_judges_by_its_own(branch):
    mended = rows()
    mended.loc[:9, "churned"] = 1 - mended.loc[:9, "churned"]
    judgement = branch.make(model(note="other bytes"), mended).gate()
    assert parts(judgement) == ["outcomes"]
    assert "10 have another outcome" in judgement.ruler["changes"][0]["sentence"]
    own = branch.gate(**OWN)
    assert own.by_base.digests["test_rows"] == judgement.judged.digests["test_rows"] != own.judged.digests["test_rows"]


def test_test_rows_that_went_are_told_where_the_whole_table_is_there(branch):
    branch.make(model(note="other bytes"), rows().iloc[:-5])
    assert parts(branch.gate()) == [], "they may have moved to the training rows"
    rows().iloc[:-5].to_parquet(branch.root / "data/valid.parquet")
    assert "5 are gone" in branch.gate().ruler["changes"][0]["sentence"]


def test_new_rows_are_no_change_of_the_ruler(branch):
    import pandas

    more = rows().assign(customer=lambda f: "new " + f["customer"])
    both = pandas.concat([rows(), more], ignore_index=True)
    judgement = branch.make(model(note="other bytes"), both).gate()
    assert parts(judgement) == [] and judgement.judged.rows["rows"] == len(both)


def test_base_rows_that_are_lost_leave_outcomes_unproven(branch):
    test = (branch.root / "data/test.parquet").read_bytes()
    judgement = branch.forget(test).make(model(note="other bytes"), rows().iloc[::-1]).gate()
    assert parts(judgement) == ["outcomes"] and "dvc pull" in judgement.ruler["changes"][0]["sentence"]


WIDER = CONTRACT + "  tenure: {kind: integer, min: 0, max: 99}\n"


def test_a_new_column_changes_the_contract_and_the_branchs_rows_serve_the_bases_numbers(branch):
    branch.contract(WIDER).make(model(contract=WIDER), rows().assign(tenure=1))
    judgement = branch.gate()
    assert parts(judgement) == ["contract"]
    assert judgement.ruler["changes"][0]["sentence"] == "contract: columns added: tenure"
    assert judgement.by_base.kind == "comparison" and judgement.ruler["judged_by"] == "base"
    assert branch.gate(**OWN).exit_code == 0


def test_where_the_bases_ruler_applies_to_nothing_that_is_said(branch):
    renamed = CONTRACT.replace("id: customer", "id: person")
    frame = rows().rename(columns={"customer": "person"})
    judgement = branch.contract(renamed).make(model(contract=renamed), frame).gate()
    assert judgement.verdict.answer == "inconclusive" and "contract" in parts(judgement)
    assert branch.gate(**OWN).judged.kind == "comparison"


def test_each_look_at_the_same_rows_is_counted(branch):
    for look in range(3):
        branch.make(model(look=look)).commit(f"Look {look}")
    assert branch.gate().looks == {"count": 4, "max": 20, "warning": None}
    branch.set("gate", max_looks=3)
    assert "4 models" in branch.gate().looks["warning"]
