import json

import numpy as np
import pandas as pd
import pytest
from business import lived, settings
from imports import ROOT, simulated
from sklearn.ensemble import HistGradientBoostingClassifier

from mainstay.model.export import to_onnx
from mainstay.model.from_boosting import from_boosting
from mainstay.params import load
from mainstay.pipeline.truth import Scored, aligned, decide, run
from mainstay.refusal import Refusal
from mainstay.rows.contract_file import load as load_contract
from mainstay.rows.matrix import matrix

PARAMS = ROOT / "params.yaml"
LIMITS = load(PARAMS, "truth")
CONTRACT = load_contract(simulated("data/contract.yaml"))


@pytest.fixture(scope="module")
def world():
    return lived(settings(customers=1500, months=6)).query("not treated").reset_index(drop=True)


@pytest.fixture
def perfect(world):
    """What a model would give that knew the world: its probabilities, and its effects as reasons."""
    effects = world.filter(regex="^effect:")
    added = pd.DataFrame({c: values for name, values in effects.items() for c in name[7:].split("+")[:1]})
    added["contract_months_left"] = 0.0
    truth = pd.concat([world[["p_true"]], effects], axis=1)
    return Scored(world["churned"].to_numpy(), world["p_true"].to_numpy(), added, truth)


def test_the_true_model_passes_without_regret(perfect):
    figures, found, verdict = decide(perfect, LIMITS)
    assert verdict.answer == "pass"
    assert figures["regret_auc"] == figures["regret_log_loss"] == 0
    assert figures["calibration_error"] < 1e-12
    assert figures["effects_found"] == figures["effects_planted"] == sum(not e.null for e in found.values()) > 10


def test_what_is_expected_is_what_outcomes_drawn_anew_show_on_average(perfect):
    figures, _, _ = decide(perfect, LIMITS)
    p, random = perfect.score, np.random.default_rng(1)
    drawn = [decide(replaced(perfect, outcome=(random.random(len(p)) < p) * 1), LIMITS)[0] for _ in range(20)]
    assert np.mean([d["roc_auc"] for d in drawn]) == pytest.approx(figures["expected_roc_auc"], abs=0.01)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: replaced(s, score=np.full(len(s.score), s.score.mean())), "regret_auc"),
        (lambda s: replaced(s, score=np.minimum(s.score * 2, 1)), "calibration_error"),
        (lambda s: replaced(s, score=s.score**2), "regret_log_loss"),
        (lambda s: reasons(s, usage_trend=lambda added: -added), "planted effect usage_trend is not found"),
        (lambda s: reasons(s, connection=lambda added: 0 * added), "planted effect connection is not found"),
        (lambda s: replaced(s, added=s.added.drop(columns="age")), "planted effect age: age is not in the model"),
        (lambda s: reasons(s, birth_month=lambda added: added + noise(added)), "null feature birth_month"),
    ],
)
def test_each_way_to_miss_the_truth_fails_and_is_named(perfect, change, said):
    _, _, verdict = decide(change(perfect), LIMITS)
    assert verdict.answer == "fail"
    assert said in " ".join(verdict.reasons)


def test_without_a_null_feature_in_the_model_nothing_is_passed(perfect):
    bare = replaced(perfect, added=perfect.added.drop(columns=["birth_month", "newsletter"]))
    assert decide(bare, LIMITS)[2].answer == "inconclusive"


def test_a_model_that_gives_no_reasons_finds_nothing(perfect):
    figures, _, verdict = decide(replaced(perfect, added=perfect.added * 0), LIMITS)
    assert figures["effects_found"] == 0 and verdict.answer == "fail"


def test_rows_find_their_truth_in_any_order_and_whatever_type_the_day_has(world):
    shuffled = world.sample(frac=0.5, random_state=1)
    shuffled["observed_on"] = pd.to_datetime(shuffled["observed_on"])
    assert list(aligned(shuffled, world, CONTRACT, "it")["p_true"]) == list(shuffled["p_true"])


def test_a_row_without_truth_and_one_with_two_are_refused(world):
    with pytest.raises(Refusal, match=f"nothing of 1 test rows.*{world['customer_id'].iloc[0]}"):
        aligned(world, world.iloc[1:], CONTRACT, "truth.parquet")
    with pytest.raises(Refusal, match="twice"):
        aligned(world, pd.concat([world, world.iloc[:1]]), CONTRACT, "truth.parquet")


def test_the_stage_judges_a_model_file_and_writes_its_verdict(world, tmp_path, capsys):
    boosting = HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=4, early_stopping=False, random_state=1)
    fitted = boosting.fit(matrix(world, CONTRACT), world["churned"])
    (tmp_path / "model.onnx").write_bytes(to_onnx(from_boosting(fitted), CONTRACT, {}))
    world.filter(regex="^(customer_id|observed_on|p_true|effect:.*)$").to_parquet(tmp_path / "truth.parquet")
    world.filter(regex="^(?!p_|effect:|month$|holdout)").to_parquet(tmp_path / "test.parquet")
    paths = {name: tmp_path / f"{name}.parquet" for name in ("test", "truth")}
    run(params=PARAMS, model=tmp_path / "model.onnx", metrics=tmp_path / "truth.json", **paths)
    report = json.loads((tmp_path / "truth.json").read_text())
    assert 0.6 < report["expected_roc_auc"] < report["expected_roc_auc_of_truth"]
    assert report["rows"] == len(world)
    said = capsys.readouterr().err
    assert (report["verdict"]["answer"] == "pass") == (said == "")
    assert set(report["effects"]) == {name[7:] for name in world.filter(regex="^effect:")}


def replaced(scored, **changes):
    return Scored(**{**vars(scored), **changes})


def reasons(scored, **changes):
    return replaced(scored, added=scored.added.assign(**{c: f(scored.added[c]) for c, f in changes.items()}))


def noise(added):
    return np.random.default_rng(1).normal(0, 0.3, len(added))
