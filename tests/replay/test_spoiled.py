import numpy as np
from tiny import CONTRACT, rows

from mainstay.replay.spoiled import break_join
from mainstay.rows.table import read_frame, write_frame


def test_every_second_feature_is_some_other_customers_and_all_else_stays(tmp_path):
    train = tmp_path / "train.parquet"
    write_frame(rows(400), train)
    before = read_frame(train)
    break_join(train, CONTRACT, seed=7)
    after = read_frame(train)
    moved = [column for column in before.columns if not after[column].equals(before[column])]
    assert moved == ["tenure_months", "plan", "renewed_on"]
    np.testing.assert_array_equal(np.sort(after["tenure_months"]), np.sort(before["tenure_months"]))
