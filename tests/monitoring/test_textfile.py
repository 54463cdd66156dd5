import re

import pytest
from watched_shop import BAD, GOOD, WatchedShop

LINE = re.compile(r'mainstay_watch_[a-z_]+(\{([a-z]+="[^"\n]*",?)*\})? (-?[0-9.e+-]+|NaN)')


@pytest.fixture
def written(tmp_path, undrawn):
    def written(months, **about):
        one = WatchedShop(tmp_path, **about).start().live(range(months))
        one.watch(months + 1)
        return (one.root / "reports/watch.prom").read_text()

    return written


def test_every_line_is_a_sample_and_every_metric_is_explained_once(written):
    lines = written(2, current=GOOD, previous=BAD).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert [line for line in samples if not LINE.fullmatch(line)] == []
    metrics = {re.match(r"\w+", line)[0] for line in samples}
    assert sorted(line.split()[2] for line in lines if line.startswith("# HELP")) == sorted(metrics)


def test_it_says_what_was_decided_and_what_is_known(written):
    text = written(3, current=BAD, previous=GOOD)
    assert 'mainstay_watch_decision{action="rollback"} 1\n' in text
    assert 'mainstay_watch_decision{action="nothing"} 0\n' in text
    assert 'mainstay_watch_status{status="red"} 1\n' in text
    assert 'release="v1.1.0",previous="v1.0.0",condition="previous-better"' in text
    assert "mainstay_watch_predictions 1800\n" in text


def test_where_too_few_left_the_status_is_unknown(written):
    text = written(1, current=GOOD, previous=BAD, customers=5)
    assert 'mainstay_watch_status{status="unknown"} 1\n' in text
