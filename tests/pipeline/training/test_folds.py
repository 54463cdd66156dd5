import numpy as np
import pytest

from mainstay.pipeline.training import folds


def customers(n, rows_each=3):
    ids = np.repeat([f"C{i}" for i in range(n)], rows_each)
    return ids, (np.arange(n * rows_each) % 7 == 0).astype(int)


def test_every_row_is_tested_once_and_never_trained_on_in_that_fold():
    ids, y = customers(40)
    made = folds.by_customer(ids, y, 5, seed=1)
    assert sorted(np.concatenate([fold.test for fold in made])) == list(range(len(ids)))
    assert all(not set(fold.train) & set(fold.test) for fold in made)


def test_no_customer_is_on_both_sides_of_a_fold():
    ids, y = customers(40)
    for fold in folds.by_customer(ids, y, 5, seed=1):
        assert not set(ids[fold.train]) & set(ids[fold.test])


def test_leavers_are_dealt_out_evenly():
    ids, y = np.array([f"C{i}" for i in range(100)]), np.r_[np.ones(10), np.zeros(90)].astype(int)
    assert [int(y[fold.test].sum()) for fold in folds.by_customer(ids, y, 5, seed=1)] == [2] * 5


def test_a_customers_fold_does_not_depend_on_the_order_of_rows():
    ids, y = customers(40)
    shuffled = np.random.default_rng(0).permutation(len(ids))
    for one, other in zip(
        folds.by_customer(ids, y, 5, seed=1), folds.by_customer(ids[shuffled], y[shuffled], 5, seed=1), strict=True
    ):
        assert set(ids[one.test]) == set(ids[shuffled][other.test])


def test_another_seed_deals_otherwise():
    ids, y = customers(40)
    one, other = (folds.by_customer(ids, y, 5, seed)[0].test for seed in (1, 2))
    assert set(one) != set(other)


MONTHS = np.arange("2023-01", "2024-07", dtype="datetime64[M]").astype("datetime64[D]")


@pytest.mark.parametrize("known_after_days", [0, 30, 31, 90])
@pytest.mark.parametrize("count", [2, 5])
def test_time_folds_train_only_on_what_was_known_on_the_first_test_day(known_after_days, count):
    dates = np.repeat(MONTHS, 4)
    made = folds.by_time(dates, count, known_after_days)
    assert len(made) == count
    for fold in made:
        assert (dates[fold.train] + np.timedelta64(known_after_days, "D")).max() <= dates[fold.test].min()


def test_time_folds_test_each_later_date_once_and_train_on_all_that_is_known():
    dates = np.repeat(MONTHS, 2)
    made = folds.by_time(dates, 5, 30)
    tested = np.concatenate([dates[fold.test] for fold in made])
    assert len(tested) == len(dates) - len(dates) // 6
    assert [len(fold.train) for fold in made] == sorted(len(fold.train) for fold in made)
    assert len(made[-1].train) == (dates + np.timedelta64(30, "D") <= dates[made[-1].test].min()).sum()


def test_time_folds_without_anything_known_before_them_are_left_out():
    dates = MONTHS[:3]
    assert [list(fold.train) for fold in folds.by_time(dates, 5, 40)] == [[0]]
