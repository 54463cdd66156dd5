import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.evidence.drift import Bins, bins_of, counts, drift, psi, psi_noise, score_drift
from mainstay.rows.contract import Column

COUNTS = st.lists(st.integers(0, 1000), min_size=2, max_size=12).filter(any)


def test_a_number_is_cut_into_bins_of_equal_count_and_what_is_missing_is_one_more():
    values = pd.Series([*range(100), None, None], dtype="Float64")
    cut = bins_of(values, number=True, bins=4)
    assert len(cut.edges) == 3
    assert counts(values, cut).tolist() == [25, 25, 25, 25, 0, 2]


def test_ties_are_never_parted():
    values = pd.Series([0.0] * 90 + [1.0] * 10)
    assert sorted(counts(values, bins_of(values, number=True, bins=10)).tolist()) == [0, 0, 0, 10, 90]


def test_other_values_are_counted_by_themselves():
    cut = bins_of(pd.Series(["b", "a", None], dtype="str"), number=False, bins=10)
    assert cut == Bins(values=("a", "b"))
    assert counts(pd.Series(["a", "a", "mars", None], dtype="str"), cut).tolist() == [2, 0, 1, 1]


def test_truth_values_are_values():
    cut = bins_of(pd.Series([True, False, None], dtype="boolean"), number=False, bins=10)
    assert counts(pd.Series([True, True, None], dtype="boolean"), cut).tolist() == [0, 2, 0, 1]


@pytest.mark.parametrize("number", [True, False])
def test_a_column_that_was_always_missing_can_be_compared(number):
    cut = bins_of(pd.Series([None, None], dtype="Float64" if number else "str"), number, 10)
    assert counts(pd.Series([None], dtype="Float64" if number else "str"), cut)[-1] == 1


def test_psi_is_what_its_formula_says():
    reference, current = np.array([500, 300, 200]), np.array([400, 300, 300])
    by_hand = -0.1 * np.log(0.8) + 0.1 * np.log(1.5)
    assert psi(reference, current) == pytest.approx(by_hand, rel=0.01)  # the half counts move it a little


@given(COUNTS)
def test_what_did_not_move_has_none(table):
    assert psi(np.array(table), np.array(table)) == pytest.approx(0, abs=1e-12)


@given(st.integers(2, 8).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 99), min_size=n, max_size=n)] * 2)))
def test_it_is_the_same_both_ways_and_never_below_nothing(tables):
    reference, current = map(np.array, tables)
    if reference.sum() and current.sum():
        assert psi(reference, current) == pytest.approx(psi(current, reference), abs=1e-12)
        assert psi(reference, current) >= 0


def test_a_bin_that_one_side_lacks_counts_for_much_but_not_for_infinity():
    assert 0.1 < psi(np.array([1000, 0]), np.array([900, 100])) < 2


def test_nothing_can_be_said_of_no_rows():
    assert np.isnan([psi(np.array([1, 2]), np.zeros(2)), psi_noise(np.zeros(2), np.array([1, 2]))]).all()


def test_where_nothing_moved_psi_stays_below_its_noise_nineteen_times_in_twenty():
    random, shares = np.random.default_rng(1), np.full(10, 0.1)
    tables = zip(random.multinomial(4000, shares, 3000), random.multinomial(1000, shares, 3000), strict=True)
    above = np.mean([psi(a, b) > psi_noise(a, b) for a, b in tables])
    assert 0.04 <= above <= 0.06


def test_columns_come_widest_first():
    random = np.random.default_rng(2)
    columns = Column("plan", "category", values=("a", "b")), Column("age", "integer"), Column("charge", "number")
    before, after = ({"plan": random.choice(["a", "b"], 2000), "age": random.integers(18, 90, 2000)} for _ in "ab")
    before, after = before | {"charge": random.normal(60, 9, 2000)}, after | {"charge": random.normal(69, 9, 2000)}
    found = drift(pd.DataFrame(before), pd.DataFrame(after), columns, 10)
    assert found[0].column == "charge"
    assert found[0].psi > 0.5 > found[0].noise
    assert all(d.psi < 2 * d.noise for d in found[1:])


def test_a_column_that_a_table_lacks_is_an_error_not_a_pass():
    with pytest.raises(KeyError):
        drift(pd.DataFrame({"age": [1]}), pd.DataFrame({"years": [1]}), [Column("age", "integer")], 10)


def test_scores_drift_like_any_number():
    random = np.random.default_rng(3)
    before, after = pd.Series(random.beta(2, 6, 3000)), pd.Series(random.beta(2, 4, 3000))
    found = score_drift(before, after, 10)
    assert found.psi > 0.1 > found.noise


def test_a_date_is_wanted_as_a_number_of_days():
    with pytest.raises(ValueError, match="saw the dates joined_on"):
        drift(pd.DataFrame(), pd.DataFrame(), [Column("joined_on", "date")], 10)
