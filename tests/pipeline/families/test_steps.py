import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.pipeline.families.steps import cut, design, steps_of
from mainstay.rows.contract import Column

NUMBER = Column("x", "number")


def category(values):
    return Column("x", "category", values=tuple(str(i) for i in range(values)))


@pytest.mark.parametrize(
    ("value", "step"), [(-9, 0), (1, 0), (1.4, 0), (1.6, 1), (2, 1), (3, 2), (99, 2), (np.nan, 3), (np.inf, 2)]
)
def test_few_values_have_a_step_each_and_between_two_it_is_the_nearer(value, step):
    own = cut(np.array([1, 2, 3, 2], dtype=np.float32), NUMBER, bins=8, hinges=2)
    assert steps_of(np.array([value], dtype=np.float32), own.edges, 3) == [step]


@pytest.mark.parametrize(("code", "step"), [(0, 0), (2, 2), (np.nan, 3), (-1, 4), (7, 4)])
def test_a_category_has_a_step_a_value_and_two_more(code, step):
    assert steps_of(np.array([code], dtype=np.float32), None, 3) == [step]


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=60), st.integers(2, 9))
def test_numbers_fall_on_at_most_as_many_steps_as_asked_for_and_none_is_empty(values, bins):
    x = np.array(values, dtype=np.float32)
    own = cut(x, NUMBER, bins, hinges=3)
    steps = len(own.counts) - 2
    assert steps <= bins and (own.counts[:steps] > 0).all()
    assert (np.diff(own.edges) > 0).all() and own.edges.dtype == np.float32
    assert np.isfinite(own.terms).all()


def test_steps_hold_about_as_many_rows_each():
    x = np.random.default_rng(0).exponential(size=6400).astype(np.float32)
    own = cut(x, NUMBER, bins=64, hinges=8)
    assert own.counts[:-2].min() >= 99 and own.counts[:-2].max() <= 101


def test_the_terms_of_the_training_rows_average_to_nothing():
    x = np.array([1, 1, 5, 9, np.nan], dtype=np.float32)
    assert design((cut(x, NUMBER, 8, 2),), x[:, None]).mean(axis=0) == pytest.approx(0, abs=1e-12)


def test_a_missing_value_that_training_never_saw_counts_as_the_average():
    own = cut(np.array([1, 2, 3], dtype=np.float32), NUMBER, 8, 2)
    assert not own.terms[-2].any()


def test_an_unseen_category_counts_as_the_average():
    own = cut(np.array([0, 1, 1], dtype=np.float32), category(3), 64, 0)
    assert not own.terms[-1].any() and not own.terms[2].any(), "nor does a value that nobody had"


def test_of_many_categories_the_rare_share_a_term_with_the_unseen():
    x = np.repeat(np.arange(1000), [50] * 10 + [1] * 990).astype(np.float32)
    own = cut(x, category(1000), 10, 0)
    assert own.terms.shape == (1002, 11)
    assert (own.terms[10:1000] == own.terms[-1]).all() and own.terms[-1].any()


@pytest.mark.parametrize("x", [[7, 7, 7], [np.nan] * 3])
def test_a_constant_says_nothing(x):
    assert not cut(np.array(x, dtype=np.float32), NUMBER, 8, 3).terms.any()
