import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rivals import probability, rivals
from rocauc_comparison.delong import fastDeLong
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from mainstay.evidence.delong import delong


def oracle(y, champion, candidate):
    """AUCs and the standard error of their difference, by a library of others."""
    order = np.argsort(-y, kind="stable")
    aucs, covariance = fastDeLong(np.vstack([champion, candidate])[:, order], int(y.sum()))
    return aucs, np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])


def alone(y):
    return np.arange(len(y))


@pytest.mark.parametrize("decimals", [12, 1])  # without ties, with many
@pytest.mark.parametrize("rows", [60, 3000])
def test_it_agrees_with_a_library(rows, decimals):
    y, a, b = rivals(np.random.default_rng(rows), rows, 0.7, loss=0.05)
    a, b = a.round(decimals), b.round(decimals)
    found = delong(y, a, b, alone(y))
    aucs, se = oracle(y, a, b)
    assert (found.champion, found.candidate) == pytest.approx(aucs, abs=1e-12)
    assert found.se == pytest.approx(se, rel=1e-9)


@given(st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(0, 4), st.integers(0, 4)), min_size=4, max_size=30))
def test_it_agrees_with_leaving_out_one_row_at_a_time(rows):
    y, a, b = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if not 2 <= y.sum() <= len(y) - 2:
        return
    found = delong(y, a, b, alone(y))
    assert found.champion == pytest.approx(roc_auc_score(y, a))
    assert found.difference == pytest.approx(roc_auc_score(y, b) - roc_auc_score(y, a))
    assert found.se**2 == pytest.approx(jackknife(y, a, b), abs=1e-12)


def jackknife(y, a, b):
    """Variance of the AUC difference, each class left out by itself: equal to DeLong's."""
    keep = ~np.eye(len(y), dtype=bool)
    gaps = np.array([roc_auc_score(y[k], b[k]) - roc_auc_score(y[k], a[k]) for k in keep])
    sides = (gaps[y == 1], gaps[y == 0])
    return sum((len(side) - 1) / len(side) * ((side - side.mean()) ** 2).sum() for side in sides)


def test_rows_that_say_the_same_again_make_nobody_surer():
    y, a, b = rivals(np.random.default_rng(1), 800, 0.9)
    once = delong(y, a, b, alone(y))
    thrice = delong(*(np.repeat(column, 3) for column in (y, a, b, alone(y))))
    assert thrice.se == pytest.approx(once.se, rel=1e-12)
    assert thrice.difference == pytest.approx(once.difference, rel=1e-9)


def test_the_order_of_rows_and_the_codes_of_customers_do_not_matter():
    random = np.random.default_rng(2)
    y, a, b = rivals(random, 500, 0.9)
    customer = random.integers(0, 200, 500)
    mixed = random.permutation(500)
    found, other = delong(y, a, b, customer), delong(y[mixed], a[mixed], b[mixed], 7 * customer[mixed] + 3)
    assert (other.difference, other.se) == pytest.approx((found.difference, found.se), rel=1e-9)


def panel(random, customers, months):
    """Customers seen each month: what the scorers see of one hardly changes, and whether one leaves may."""
    taste = random.standard_normal((3, customers))[:, None, :]
    month = random.standard_normal((3, months, customers))
    shared, first, second = (np.sqrt(0.8) * taste + np.sqrt(0.2) * month).reshape(3, -1)
    y = (np.tile(random.random(customers), months) * 0.7 + random.random(customers * months) * 0.3 > 0.7).astype(int)
    a, b = (probability(y, np.sqrt(0.8) * shared + np.sqrt(0.2) * own, 0.8) for own in (first, second))
    return y, a, b, np.tile(np.arange(customers), months)


def test_its_standard_error_is_true_where_customers_repeat_and_rows_alone_would_boast():
    random = np.random.default_rng(3)
    found = [(delong(*(table := panel(random, 150, 6))), delong(*table[:3], alone(table[0]))) for _ in range(600)]
    true = np.std([clustered.difference for clustered, _ in found])
    clustered, naive = (np.sqrt(np.mean([d.se**2 for d in side])) for side in zip(*found, strict=True))
    assert clustered == pytest.approx(true, rel=0.08)
    assert naive < 0.75 * true


def test_it_is_wrong_one_time_in_twenty():
    random = np.random.default_rng(4)
    found = [delong(*(table := rivals(random, 400, 0.9)), alone(table[0])) for _ in range(3000)]
    z = np.array([d.difference / d.se for d in found])
    assert 0.04 <= np.mean(z > norm.ppf(0.95)) <= 0.06
    assert 0.04 <= np.mean(z < norm.ppf(0.05)) <= 0.06


@pytest.mark.parametrize("y", [[0, 0, 0], [1, 1, 1]])
def test_one_class_alone_has_no_auc(y):
    found = delong(np.array(y), np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2, 0.3]), np.arange(3))
    assert all(np.isnan(figure) for figure in vars(found).values())


def test_one_leaver_alone_has_no_standard_error():
    found = delong(np.array([1, 0, 0]), np.array([0.3, 0.1, 0.2]), np.array([0.1, 0.2, 0.3]), np.arange(3))
    assert found.difference == -1.0
    assert np.isnan(found.se)


def test_the_same_scores_do_not_differ_at_all():
    y, a, _ = rivals(np.random.default_rng(5), 300, 0.9)
    found = delong(y, a, a, alone(y))
    assert (found.difference, found.se) == (0.0, 0.0)
