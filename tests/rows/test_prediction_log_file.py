import datetime
import tempfile
from pathlib import Path

import numpy as np
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import given, settings
from hypothesis import strategies as st
from imports import ROOT
from prediction_lines import line as encoded

from mainstay import params
from mainstay.model.encode import encode as matrix
from mainstay.refusal import Refusal
from mainstay.rows.contract import Column, Contract, Outcome
from mainstay.rows.prediction_log_file import read_log
from mainstay.serving.compaction import compact

LIMITS = params.load(ROOT / "params.yaml", "log")
DAY = datetime.date(2024, 3, 1)
NOON_S = 1_709_294_400.0  # of that day
OUTCOME = Outcome("churned", None, "1", "0", None, 30, 0)
KINDS = (
    Column("tenure", "integer", min=-5, missing=1.0),
    Column("charge", "number", missing=1.0),
    Column("plan", "category", values=("basic", "pro"), missing=1.0),
    Column("online", "boolean", missing=1.0),
    Column("called_on", "date", missing=1.0),
)
CONTRACT = Contract("customer_id", "observed_on", OUTCOME, (), None, KINDS)
WORDS = st.sampled_from(["basic", "pro", "1", "true", "2024-01-01", "null"]) | st.text(
    st.characters(exclude_categories=["Cs"])
)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "tenure": st.none() | st.integers(-5, 2**53 - 1),
        "charge": st.none() | st.floats(-3e38, 3e38) | st.integers(-9, 9),
        "plan": st.none() | WORDS,
        "online": st.none() | st.booleans(),
        "called_on": st.none() | st.dates(datetime.date(1900, 1, 1), DAY),
    },
)


def segment(folder, name, rows, first=0):
    (folder / "active").mkdir(parents=True, exist_ok=True)
    lines = (encoded("v1.0.0", NOON_S + n, f"{n}", DAY, 0.5, row) for n, row in enumerate(rows, first))
    (folder / "active" / f"{name}.ndjson").write_bytes(b"".join(lines))


def same(frame, rows):
    wanted = np.array([CONTRACT.encode(row | {"observed_on": DAY}) for row in rows], dtype=np.float32)
    np.testing.assert_array_equal(matrix(frame, CONTRACT), wanted)


@settings(max_examples=25)
@given(st.lists(ROWS, min_size=1, max_size=6), st.lists(ROWS, max_size=6))
def test_what_was_scored_is_encoded_the_same_again_from_lines_and_from_partitions(one, other):
    with tempfile.TemporaryDirectory() as folder:
        log, root = Path(folder) / "log", str(Path(folder) / "root")
        segment(log, "a", one)
        segment(log, "b", other, first=len(one))
        same(read_log(str(log), CONTRACT).frame, one + other)
        compact(log, root, LIMITS, DAY)
        same(read_log(root, CONTRACT).frame, one + other)


@pytest.mark.parametrize("compacted", [False, True])
@pytest.mark.parametrize("value", [4.5, "many", "4.5", 2**63, True])
def test_a_value_that_is_not_of_the_contract_s_kind_any_more_is_missing_and_not_bent(tmp_path, value, compacted):
    segment(tmp_path, "a", [{"tenure": value}, {"tenure": 4}])
    if compacted:
        compact(tmp_path, str(tmp_path), LIMITS, DAY)
    found = read_log(str(tmp_path), CONTRACT).frame["tenure"].astype("Int64")
    assert found.isna().tolist() == [True, False] and found[1] == 4


def test_a_contract_with_a_column_called_as_the_log_s_own_is_refused(tmp_path):
    segment(tmp_path, "a", [{}])
    clash = Contract("customer_id", "observed_on", OUTCOME, (), None, (Column("score", "number"),))
    with pytest.raises(Refusal, match="rename it"):
        read_log(str(tmp_path), clash)


def test_of_another_location_only_the_days_wanted_are_fetched(tmp_path, monkeypatch):
    segment(tmp_path, "a", [{"tenure": 1}])
    segment(tmp_path, "b", [{"tenure": 2}], first=86_400)
    compact(tmp_path, "memory://days", LIMITS, DAY)
    fetched, get_file = [], MemoryFileSystem.get_file
    monkeypatch.setattr(MemoryFileSystem, "get_file", lambda self, *a: (fetched.append(a[0]), get_file(self, *a)))
    found = read_log("memory://days", CONTRACT, since=DAY + datetime.timedelta(days=1))
    assert found.frame["tenure"].tolist() == [2] and len(fetched) == 1
