import numpy as np
import pytest
from churners import COLUMNS, churners

from mainstay.pipeline.families import plain_logistic


def test_missing_numbers_count_as_the_median_and_unseen_categories_as_none():
    X, y = churners()
    fitted = plain_logistic.fit(X, y, COLUMNS)
    row = X[~np.isnan(X).any(axis=1)][:1]
    median, missing = row.copy(), row.copy()
    median[0, 0], missing[0, 0] = np.median(X[:, 0]), np.nan
    assert fitted.log_odds(missing) == pytest.approx(fitted.log_odds(median))
    unseen = row.copy()
    unseen[0, 2] = -1
    assert np.isfinite(fitted.log_odds(unseen)).all()


@pytest.mark.parametrize("kept", [slice(0, 2), slice(2, 3)])
def test_it_takes_tables_of_one_kind_only(kept):
    X, y = churners()
    assert np.isfinite(plain_logistic.fit(X[:, kept], y, COLUMNS[kept]).log_odds(X[:, kept])).all()
