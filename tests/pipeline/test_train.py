import json
import os
import subprocess
import sys

import msgspec
import numpy as np
import pandas
import pytest
import yaml
from churners import COLUMNS, churners
from imports import ROOT
from sklearn.metrics import roc_auc_score

from mainstay.model.file import Model
from mainstay.params import Boosting, Logistic
from mainstay.pipeline import train
from mainstay.refusal import Refusal
from mainstay.rows.contract import OUTCOME

CONTRACT = """
id: customer_id
outcome: {column: churned, positive: 1, negative: 0}
blanks: [""]
columns:
  tenure:  {kind: integer, missing: 0.1}
  charge:  {kind: number, missing: 0.1}
  plan:    {kind: category, values: [monthly, yearly, never sold]}
  autopay: {kind: boolean}
  noise:   {kind: number}
"""


def table(X, y):
    """The matrix as a table of contract values, customer by customer."""
    frame = pandas.DataFrame(X, columns=[column.name for column in COLUMNS]).astype({"tenure": "int64"})
    frame["plan"] = np.array(COLUMNS[2].values)[X[:, 2].astype(int)]
    frame["autopay"] = X[:, 3] == 1
    frame.insert(0, "customer_id", [f"C{i:05}" for i in range(len(frame))])
    frame[OUTCOME] = y
    return frame


@pytest.fixture
def stage(tmp_path):
    """Run the stage in a folder of its own, on the table given."""

    def stage(frame, contract=CONTRACT, **changed):
        params = yaml.safe_load((ROOT / "params.yaml").read_text())
        params["train"]["boosting"] |= {"max_iter": 20, "min_samples_leaf": 5}
        params["train"] |= {"folds": {"undated": 3, "dated": 3}} | changed
        (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
        (tmp_path / "contract.yaml").write_text(contract)
        (tmp_path / "split.json").write_text('{"kind": "hash", "salt": "s", "share": 0.2}')
        frame.to_parquet(tmp_path / "train.parquet", index=False)
        paths = {name: tmp_path / f"{name}.{ending}" for name, ending in ENDINGS.items()}
        train.run(**paths)
        return Model.load(paths["model"]), json.loads(paths["metrics"].read_text())

    return stage


ENDINGS = {
    "params": "yaml",
    "contract": "yaml",
    "train": "parquet",
    "split": "json",
    "model": "onnx",
    "metrics": "json",
}


def test_the_file_tells_leavers_from_stayers_it_has_never_seen(stage):
    model, _ = stage(table(*churners(1500)))
    X, y = churners(1500, seed=6)
    assert roc_auc_score(y, model.score(table(X, y))) > 0.8


def test_the_record_says_what_was_chosen_and_why(stage):
    model, record = stage(table(*churners()))
    best = record["families"][record["chosen"]]
    assert (record["cv_roc_auc"], record["cv_log_loss"]) == (best["roc_auc"], best["log_loss"])
    assert record["cv_roc_auc_above_plain_logistic"] == pytest.approx(
        best["roc_auc"] - record["families"]["plain_logistic"]["roc_auc"], abs=2e-6
    )
    assert set(record["families"]) == {"logistic", "boosting", "blend", "plain_logistic"}
    assert record["chosen"] == model.about["family"]
    assert record["training"]["rows"] == 600 and record["folds"] == {"count": 3, "kind": "customer"}


def test_the_file_knows_what_it_was_trained_on(stage):
    model, _ = stage(table(*churners()))
    assert model.about["split"] == {"kind": "hash", "salt": "s", "share": 0.2}
    assert model.about["training"]["positives"] == churners()[1].sum()


@pytest.mark.parametrize("family", ["logistic", "boosting", "blend"])
def test_a_family_that_is_named_is_trained(stage, family):
    model, record = stage(table(*churners()), model=family)
    assert (model.about["family"], record["chosen_by"]) == (family, "params")


def test_about_the_contact_share_of_customers_is_at_or_above_the_operating_point(stage):
    X, y = churners(3000)
    model, _ = stage(table(X, y))
    share = (model.score(table(*churners(3000, seed=6))) >= model.about["operating_point"]).mean()
    assert share == pytest.approx(0.1, abs=0.02)


def test_an_outcome_by_lot_teaches_nothing(stage):
    X, y = churners(2000)
    by_lot = np.random.default_rng(0).permutation(y)
    model, record = stage(table(X, by_lot))
    assert record["cv_roc_auc"] == pytest.approx(0.5, abs=0.04)
    assert roc_auc_score(churners(2000, seed=6)[1], model.score(table(*churners(2000, seed=6)))) < 0.7


@pytest.mark.parametrize("family", ["logistic", "boosting"])
def test_ten_rows_are_learnt_by_heart(stage, family):
    X = churners(10)[0]
    X[:, 4] = np.arange(10)
    y = np.array([0, 1, 1, 0, 0, 1, 0, 0, 1, 1], dtype=np.int8)
    free = {
        "logistic": Logistic(bins=64, hinges=9, l2=1e-4),
        "boosting": Boosting(0.3, max_leaf_nodes=10, max_iter=100, max_features=1.0, min_samples_leaf=1, l2=0.0),
    }
    free = {part: msgspec.to_builtins(settings) for part, settings in free.items()}
    model, _ = stage(table(X, y), model=family, folds={"undated": 2, "dated": 2}, **free)
    assert roc_auc_score(y, model.score(table(X, y))) == 1


def test_one_class_is_refused_and_nothing_is_written(stage, tmp_path):
    with pytest.raises(Refusal, match="of 600 to learn from, 0 left"):
        stage(table(churners()[0], np.zeros(600, dtype=np.int8)))
    assert not (tmp_path / "model.onnx").exists() and not (tmp_path / "metrics.json").exists()


def test_too_few_leavers_for_the_folds_are_refused(stage):
    y = np.zeros(600, dtype=np.int8)
    y[:2] = 1
    with pytest.raises(Refusal, match=r"fold 3 of 3 tests on \d+ rows, 0 of them leavers"):
        stage(table(churners()[0], y))


def test_a_missing_outcome_is_refused(stage):
    frame = table(*churners()).astype({OUTCOME: "Int8"})
    frame.loc[3, OUTCOME] = None
    with pytest.raises(Refusal, match="1 have no outcome"):
        stage(frame)


def test_a_file_that_scores_otherwise_than_scikit_learn_is_never_written(stage, tmp_path, monkeypatch):
    honest = train.scaled
    monkeypatch.setattr(train, "scaled", lambda ensemble, a, b: honest(ensemble, a, b + 1e-4))
    with pytest.raises(Refusal, match="nothing is written"):
        stage(table(*churners()))
    assert not (tmp_path / "model.onnx").exists()


TREATED = CONTRACT.replace("columns:", "treated: {column: treated, holdout_share: 0.1}\ncolumns:")


def treated():
    """Offers went to every other customer, and turned the outcome of those round."""
    X, y = churners(1500)
    frame = table(X, y)
    frame["treated"] = np.arange(len(frame)) % 2 == 1
    frame.loc[frame["treated"], OUTCOME] = 1 - frame.loc[frame["treated"], OUTCOME]
    return frame


def test_who_was_treated_is_not_learnt_from(stage):
    model, record = stage(treated(), TREATED)
    X, y = churners(1500, seed=6)
    assert roc_auc_score(y, model.score(table(X, y))) > 0.8
    assert record["training"]["rows_left_out_as_treated"] == 750 and record["treated"] == "exclude"


def test_who_was_treated_is_learnt_from_where_params_say_so(stage):
    _, record = stage(treated(), TREATED, treated="include")
    assert record["training"]["rows"] == 1500 and record["cv_roc_auc"] < 0.6


def test_who_may_have_been_treated_is_left_out(stage):
    frame = treated().astype({"treated": "boolean"})
    frame.loc[0, "treated"] = None
    assert stage(frame, TREATED)[1]["training"]["rows_left_out_as_treated"] == 751


DATED = CONTRACT.replace("outcome: {", "observed_on: observed_on\noutcome: {horizon_days: 30, ")


def test_dated_rows_are_judged_by_later_dates(stage):
    X, y = churners(1500)
    frame = table(X, y)
    frame["observed_on"] = (np.datetime64("2024-01") + np.arange(1500) % 12).astype("datetime64[D]").astype(object)
    _, record = stage(frame, DATED)
    assert record["folds"] == {"count": 3, "kind": "time"}


def test_too_few_dates_are_refused(stage):
    frame = table(*churners())
    frame["observed_on"] = np.datetime64("2024-01-01").astype(object)
    with pytest.raises(Refusal, match="saw 0 folds"):
        stage(frame, DATED)


SCRIPT = """
import os, sys
if sys.argv[2]: os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
sys.argv = ["train", *sys.argv[3:], "model=" + sys.argv[1]]
from mainstay.pipeline.stage import start
from mainstay.pipeline import train
start(train.run)
"""


def test_the_bytes_depend_on_nothing_but_the_rows(stage, tmp_path):
    stage(table(*churners(400)), model="blend")
    wanted = (tmp_path / "model.onnx").read_bytes()
    given = [f"{n}={tmp_path / n}.{e}" for n, e in ENDINGS.items() if n not in ("model", "metrics")]
    surroundings = [
        ("1", {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "1", "OPENBLAS_CORETYPE": "Haswell"}),
        ("", {"OMP_NUM_THREADS": "7", "PYTHONHASHSEED": "2", "OPENBLAS_CORETYPE": "SkylakeX"}),
    ]
    runs = []
    for i, (pinned, env) in enumerate(surroundings):
        model, metrics = tmp_path / f"{i}.onnx", tmp_path / f"{i}.json"
        arguments = [sys.executable, "-c", SCRIPT, str(model), pinned, *given, f"metrics={metrics}"]
        runs.append((model, metrics, subprocess.Popen(arguments, env=os.environ | env)))
    for model, metrics, process in runs:
        assert process.wait() == 0
        assert model.read_bytes() == wanted
        assert metrics.read_text() == (tmp_path / "metrics.json").read_text()
