import json

import numpy as np
import pandas as pd
import pytest
import yaml
from imports import ROOT
from sklearn import metrics
from tiny import CONTRACT, model, model_bytes, rows

from mainstay.pipeline import evaluate
from mainstay.refusal import Refusal
from mainstay.rows.table import write_frame

RESULTS = ("metrics", "intervals", "baselines")
TABLES = ("slices", "importance")


@pytest.fixture
def run(tmp_path):
    def run(test, train=None, **about):
        train = rows(1000) if train is None else train
        write_frame(train, tmp_path / "train.parquet")
        write_frame(test, tmp_path / "test.parquet")
        (tmp_path / "model.onnx").write_bytes(model_bytes(rows(1000), **about))
        document = yaml.safe_load((ROOT / "params.yaml").read_text())
        document["evaluate"] |= {"resamples": 200, "permutations": 1}
        (tmp_path / "params.yaml").write_text(yaml.safe_dump(document))
        out = {name: tmp_path / f"out/{name}.json" for name in RESULTS}
        out |= {name: tmp_path / f"out/{name}.csv" for name in TABLES}
        given = {"model": tmp_path / "model.onnx", "params": tmp_path / "params.yaml"}
        given |= {side: tmp_path / f"{side}.parquet" for side in ("train", "test")}
        evaluate.run(**given, **out, plots=tmp_path / "out/plots")
        return {name: json.loads(out[name].read_text()) for name in RESULTS} | {
            name: pd.read_csv(out[name], keep_default_na=False, na_values=[""]) for name in TABLES
        }

    return run


def test_figures_are_of_the_untreated_test_rows_scored_by_the_file(run):
    test = rows(1200, seed=2)
    found = run(test)["metrics"]
    untreated = test[~test["treated"]]
    score, outcome = model(rows(1000)).score(untreated).astype(float), untreated["churned"]
    assert found["roc_auc"] == pytest.approx(metrics.roc_auc_score(outcome, score), abs=1e-6)
    assert found["log_loss"] == pytest.approx(metrics.log_loss(outcome, score), abs=1e-6)
    assert found["true_positive_rate"] == pytest.approx(metrics.recall_score(outcome, score >= 0.6), abs=1e-6)
    assert (found["rows"], found["positives"]) == (len(untreated), outcome.sum())
    assert found["customers"] == untreated["customer_id"].nunique()
    assert f"{test['treated'].sum()} treated rows left out" in found["measured_on"]


def test_every_measure_has_its_interval_and_its_baselines(run):
    found = run(rows(1200, seed=2))
    named = {"average_precision", "base_rate", "brier", "calibration_error", "empc", "lift_top_decile", "log_loss"}
    named |= {"profit_per_customer", "roc_auc"}
    assert named <= set(found["metrics"])
    for name in named:
        interval = found["intervals"][name]
        assert interval["low"] < found["metrics"][name] < interval["high"]
        assert all(name in baseline for baseline in found["baselines"].values())
    assert all(isinstance(value, float | int | str) for value in found["metrics"].values()), "flat"


def test_slices_cover_what_the_contract_declares_and_leave_small_ones_empty(run):
    slices = run(rows(1200, seed=2))["slices"].set_index(["column", "value"])
    assert ("gender", "(missing)") in slices.index and ("plan", "yearly") in slices.index
    for column in ("gender", "plan"):
        assert slices.loc[column]["rows"].sum() == slices.loc[("(all)", "(all)"), "rows"]
    small = slices["positives"] < 20
    assert small.any() and slices.loc[small, ["roc_auc", "calibration_gap", "true_positive_rate"]].isna().all(axis=None)
    assert slices.loc[~small, ["roc_auc", "calibration_gap", "true_positive_rate"]].notna().all(axis=None)


def test_every_feature_has_its_importance_and_what_drives_churn_stands_first(run):
    importance = run(rows(1200, seed=2))["importance"]
    assert set(importance["feature"]) == {c.name for c in CONTRACT.features}
    assert importance["feature"][0] in ("tenure_months", "charge")


def test_the_order_of_the_test_rows_changes_no_figure(run):
    test = rows(900, seed=2)
    first, second = run(test), run(test.sample(frac=1, random_state=1))
    for name in ("metrics", "intervals", "baselines"):
        assert first[name] == second[name]


def test_scores_that_say_nothing_are_measured_as_chance(run):
    test = rows(1200, seed=2)
    test["churned"] = np.random.default_rng(1).permutation(test["churned"])
    found = run(test)
    assert found["metrics"]["roc_auc"] == pytest.approx(0.5, abs=0.06)
    assert found["intervals"]["roc_auc"]["low"] < 0.5 < found["intervals"]["roc_auc"]["high"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.iloc[:0], "0 leavers among 0"),
        (lambda t: t.assign(churned=np.int8(0)), "0 leavers"),
        (lambda t: t.assign(churned=np.int8(1)), "wanted leavers and stayers"),
        (lambda t: t.assign(treated=True), "0 untreated rows"),
    ],
)
def test_a_test_that_cannot_tell_is_refused_and_nothing_is_written(run, tmp_path, change, said):
    with pytest.raises(Refusal, match=said) as refused:
        run(change(rows(400, seed=2)))
    assert "test.parquet" in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_training_rows_without_a_leaver_are_named(run):
    with pytest.raises(Refusal, match=r"train\.parquet.*0 leavers"):
        run(rows(400, seed=2), train=rows(400).assign(churned=np.int8(0)))


@pytest.mark.parametrize("threshold", [None, 1.5, "high"])
def test_a_model_without_an_operating_point_is_refused(run, threshold):
    with pytest.raises(Refusal, match="operating_point"):
        run(rows(400, seed=2), operating_point=threshold)
