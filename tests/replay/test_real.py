"""A short run by the commands themselves decides as the fast one does: real tags, a real server, a real log."""

import pytest
from sandbox import clone

from mainstay.replay.run import Asked, run

pytestmark = pytest.mark.slow

SIZE = {
    "simulate": {"customers": 2500, "joiners_a_month": 88},
    "replay": {"warm_up_months": 11, "months": 7},
    "evaluate": {"resamples": 100},
}
ASKED = {"policies": ("mainstay",), "retrain_every_months": 0, "scenarios": ("bad_release@13",)}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    top = clone(tmp_path_factory.mktemp("real") / "churn", SIZE)
    return [run(top, Asked(**ASKED, real=real), top / "reports", lambda _: None) for real in (True, False)]


def test_the_same_is_decided_in_the_same_months(both):
    real, fast = ([(e.month, e.kind, e.release) for e in ledger.events] for ledger in both)
    assert real == fast
    assert {"release", "bad release", "rollback"} <= {kind for _, kind, _ in fast}


def test_every_customer_gets_the_same_score_over_http(both):
    real, fast = both
    for mine, other in zip(real.of("mainstay"), fast.of("mainstay"), strict=True):
        assert (mine.month, mine.release, mine.figures.rows) == (other.month, other.release, other.figures.rows)
        assert mine.figures.expected == pytest.approx(other.figures.expected, rel=1e-6)
        assert mine.figures.roc_auc == pytest.approx(other.figures.roc_auc, abs=1e-6)
