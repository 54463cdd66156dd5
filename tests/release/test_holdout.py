import pandas as pd
import pytest
from contest import CONTRACT, model_bytes, table

from mainstay.model.file import Model
from mainstay.refusal import Refusal
from mainstay.release.holdout import holdout, untouched
from mainstay.rows.side import in_test


def model(split):
    return Model.from_bytes(model_bytes("champion_band", [0.1, 0.9], split=split))


def frame():
    rows = table((20, 10, 0, 1))
    return rows.assign(day=pd.to_datetime(["2024-05-30", "2024-05-31"] * 10).date)


def test_a_dated_row_is_untouched_from_the_day_that_every_training_label_was_known():
    found = untouched(model({"kind": "time", "train_until": "2024-05-01"}), frame())
    assert found.tolist() == [False, True] * 10


def test_an_undated_row_is_untouched_where_the_hash_of_the_id_says_so():
    rows = frame()
    found = untouched(model({"kind": "hash", "salt": "s", "test_share": 0.5}), rows)
    assert found.tolist() == [in_test(id, "s", 0.5) for id in rows["customer"]]
    assert 0 < found.sum() < len(rows)


@pytest.mark.parametrize(
    "split",
    [
        None,
        "hash",
        {},
        {"kind": "random"},
        {"kind": "time"},
        {"kind": "time", "train_until": "yesterday"},
        {"kind": "time", "train_until": 20240501},
        {"kind": "hash", "salt": "s"},
        {"kind": "hash", "salt": "s", "test_share": "half"},
        {"kind": "hash", "salt": "s", "test_share": 2.0},
    ],
)
def test_a_file_that_does_not_say_what_it_learned_from_is_refused(split):
    with pytest.raises(Refusal, match="learned from"):
        untouched(model(split), frame())


def test_rows_that_any_model_learned_from_are_left_out_and_counted():
    one, other = ({"kind": "hash", "salt": salt, "test_share": 0.5} for salt in "ab")
    rows = table((400, 100, 0, 1))
    held = holdout(rows, CONTRACT, [model(one), model(other)], "rows")
    both = [in_test(id, "a", 0.5) and in_test(id, "b", 0.5) for id in rows["customer"]]
    assert held.counts() | {"positives": 0} == {
        "rows": sum(both),
        "positives": 0,
        "customers": sum(both),
        "seen_by_a_model": 400 - sum(both),
        "measured_on": "all rows",
    }


def test_where_no_row_remains_it_is_refused():
    with pytest.raises(Refusal, match="learned from each of its 20 rows"):
        holdout(frame(), CONTRACT, [model({"kind": "time", "train_until": "2025-01-01"})], "rows")
