import numpy as np
import pandas as pd
import pytest
from past import history

from mainstay.pipeline.simulate import decide
from mainstay.pipeline.world.months import months
from mainstay.replay.history import known, lay


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return history(tmp_path_factory.mktemp("plain"))


def test_on_a_day_the_files_are_those_that_the_stage_simulate_would_have_made(plain, tmp_path):
    from past import numbers

    from mainstay import params

    settings = params.load(numbers(tmp_path, simulate={"months": 5}), "simulate")
    lay(known(plain.files, plain.month(5).starts_on), tmp_path / "raw")
    wanted = decide(months(settings))
    assert {str(p.relative_to(tmp_path / "raw")) for p in (tmp_path / "raw").rglob("*.parquet")} == set(wanted)
    for name, rows in wanted.items():
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "raw" / name), rows, check_dtype=False)


def test_everybody_has_an_outcome_and_a_true_chance_in_every_month(plain):
    for month in plain.months:
        assert len(month.rows) == len(month.outcome) == len(month.chance) > 600
        assert np.isfinite(month.outcome).all() and np.isfinite(month.chance).all()


def test_turned_outcomes_are_learned_from_but_not_measured_by(plain, tmp_path):
    poisoned = history(tmp_path, {"kind": "poisoned_month", "month": 4})
    delivered = pd.read_parquet(tmp_path / "store/raw/outcomes/2023-04.parquet")["churned"]
    assert delivered.mean() > 0.2
    np.testing.assert_array_equal(poisoned.month(4).outcome, plain.month(4).outcome)


def test_rows_that_break_the_contract_are_not_scored(plain, tmp_path):
    broken = history(tmp_path, {"kind": "broken_meter", "month": 4, "reading": -1.0, "months": 1})
    shares = [len(b.rows) / len(p.rows) for b, p in zip(broken.months, plain.months, strict=True)]
    assert shares[3] == pytest.approx(0.6, abs=0.06)
    assert shares[:3] + shares[4:] == [1.0] * 8


def test_a_month_with_a_renamed_column_is_unreadable_and_says_so(tmp_path):
    renamed = history(tmp_path, {"kind": "renamed_column", "month": 8})
    assert [bool(m.unreadable) for m in renamed.months] == [False] * 7 + [True] * 2
    assert "monthly_fee" in renamed.month(8).unreadable and len(renamed.month(8).rows) == 0


def test_late_outcomes_come_late(tmp_path):
    late = history(tmp_path, {"kind": "late_outcomes", "month": 5, "days": 60})
    names = [f.place.name for f in known(late.files, late.month(7).starts_on) if f.place.parts[0] == "outcomes"]
    assert names == [f"2023-0{n}.parquet" for n in (1, 2, 3, 4)]
