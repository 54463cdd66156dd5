import hashlib
import itertools
import subprocess
import sys

import pandas as pd
import pytest
import yaml
from business import settings
from imports import ROOT

from mainstay.pipeline.simulate import decide, run
from mainstay.pipeline.world.months import months
from mainstay.refusal import Refusal

SHIPPED = yaml.safe_load((ROOT / "params.yaml").read_text())
SMALL = {"customers": 300, "joiners_a_month": 20, "months": 5}


@pytest.fixture
def simulated(tmp_path):
    """Runs the stage with changed parameters in a folder of its own; name of each file made -> its bytes."""

    def simulated(folder, **changes):
        home = tmp_path / folder
        home.mkdir()
        (home / "params.yaml").write_text(yaml.safe_dump({"simulate": SHIPPED["simulate"] | SMALL | changes}))
        run(params=home / "params.yaml", raw=home / "raw", truth=home / "truth.parquet")
        return {str(p.relative_to(home)): p.read_bytes() for p in sorted(home.rglob("*.parquet"))}

    return simulated


def test_one_more_month_keeps_every_file_of_those_before_byte_for_byte(simulated):
    before, after = simulated("before"), simulated("after", months=6)
    raw = {name: data for name, data in before.items() if name.startswith("raw/")}
    assert {name: digest(after[name]) for name in raw} == {name: digest(data) for name, data in raw.items()}
    assert sorted(set(after) - set(before)) == ["raw/customers/2023-06.parquet", "raw/outcomes/2023-05.parquet"]


def test_the_same_parameters_make_the_same_bytes_and_another_seed_others(simulated):
    assert simulated("once") == simulated("again")
    assert digest(simulated("other", seed=8)["raw/customers/2023-01.parquet"]) != digest(
        simulated("third")["raw/customers/2023-01.parquet"]
    )


@pytest.mark.parametrize(
    ("length", "known"),
    [
        (1, []),
        (2, ["2023-01"]),  # 1 January + 30 days is 31 January
        (3, ["2023-01"]),  # 1 February + 30 days is 3 March, after the newest snapshot of 1 March
        (4, ["2023-01", "2023-02", "2023-03"]),
        (5, ["2023-01", "2023-02", "2023-03", "2023-04"]),
    ],
)
def test_outcomes_are_written_once_the_horizon_has_passed_on_the_newest_snapshots_day(length, known):
    tables = decide(months(settings(months=length, customers=100)))
    assert [name[9:16] for name in tables if name.startswith("outcomes/")] == known


def test_outcomes_say_of_every_customer_of_the_snapshot_whether_the_next_one_still_has_them():
    history = list(months(settings(customers=400, months=3)))
    for month, later in itertools.pairwise(history):
        assert list(month.outcomes["customer_id"]) == list(month.customers["customer_id"])
        stayed = month.outcomes.loc[month.outcomes["churned"] == 0, "customer_id"]
        assert set(stayed) == set(later.customers["customer_id"]) & set(month.customers["customer_id"])


def test_the_truth_has_one_row_for_every_row_of_the_snapshots(simulated, tmp_path):
    simulated("it")
    raw = pd.concat([pd.read_parquet(p) for p in sorted((tmp_path / "it/raw/customers").iterdir())])
    truth = pd.read_parquet(tmp_path / "it/truth.parquet")
    assert list(truth["customer_id"]) == list(raw["customer_id"])
    assert list(truth["observed_on"]) == list(raw["observed_on"])


def test_a_file_that_the_simulation_does_not_make_is_refused_and_kept(simulated, tmp_path):
    stranger = tmp_path / "it/raw/customers/2019-01.parquet"
    simulated("it")
    stranger.write_text("a team's own")
    with pytest.raises(Refusal, match="2019-01"):
        run(params=tmp_path / "it/params.yaml", raw=tmp_path / "it/raw", truth=tmp_path / "it/truth.parquet")
    assert stranger.read_text() == "a team's own"


def test_a_mistake_in_a_scenario_is_one_line_and_exit_2(tmp_path):
    document = SHIPPED["simulate"] | SMALL | {"scenarios": [{"kind": "shok", "month": 2}]}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump({"simulate": document}))
    command = [sys.executable, "-m", "mainstay.pipeline.simulate", "params=params.yaml", "raw=raw", "truth=t.parquet"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "'shok'" in done.stderr and "shock" in done.stderr
    assert not (tmp_path / "raw").exists()


def digest(data):
    return hashlib.sha256(data).hexdigest()
