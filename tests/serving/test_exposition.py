import datetime

from held import current
from prometheus_client.parser import text_string_to_metric_families
from servers import place

from mainstay.serving import slot
from mainstay.serving.exposition import WAITING, Collector, Counts, Histogram, text
from mainstay.serving.recording import Recording


def samples(folder, counts=None):
    """All that is exposed, by name and labels."""
    collector = Collector(Recording(counts or Counts()), current(folder), [None] * 3)
    families = text_string_to_metric_families(text(collector).decode())
    return {(s.name, *sorted(s.labels.values())): s.value for family in families for s in family.samples}


def test_all_that_an_alert_needs_is_there(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    counts = Counts()
    counts.answers.update([200, 200, 422])
    counts.predicted("v1.0.0", [0.004, 0.3, 1.0])
    counts.latency.add([0.0001])
    counts.newest_row = datetime.date.today() - datetime.timedelta(days=2)
    found = samples(tmp_path, counts)
    assert found["mainstay_requests_total", "200"] == 2 and found["mainstay_requests_total", "422"] == 1
    assert found["mainstay_score_bucket", "0.005", "v1.0.0"] == 1
    assert found["mainstay_score_count", "v1.0.0"] == 3
    assert found["mainstay_request_seconds_bucket", "0.0001"] == found["mainstay_request_seconds_count",] == 1
    assert 2 * 86_400 <= found["mainstay_data_age_seconds",] <= 4 * 86_400
    assert found["mainstay_ready",] == found["mainstay_swaps_total",] == 1 and found["mainstay_connections",] == 3
    assert found["mainstay_slot_age_seconds",] >= 0 and found["mainstay_log_dropped_total",] == 0
    assert any(name[0] == "mainstay_release_info" and "v1.0.0" in name for name in found)


def test_without_a_release_it_says_so_and_why(tmp_path):
    own = place(tmp_path / "slots", "v1.0.0")
    (own.path / slot.MODEL).write_bytes(b"no model")
    found = samples(tmp_path)
    assert found["mainstay_ready",] == 0
    [why] = [name[1] for name in found if name[0] == "mainstay_slot_fault"]
    assert "model.onnx: has 8 bytes" in why


def test_a_value_on_a_bound_counts_below_it_and_none_is_lost_however_many_come():
    histogram, values = Histogram((0.25, 0.5)), [0.0, 0.25, 0.375, 0.5, 0.75]
    for n in range(WAITING):
        histogram.add(values)
        assert n not in (0, WAITING - 1) or histogram.counts == [2 * (n + 1), 2 * (n + 1), n + 1]
    assert histogram.sum == sum(values) * WAITING
    assert histogram.buckets == [("0.25", 2 * WAITING), ("0.5", 4 * WAITING), ("+Inf", 5 * WAITING)]


def test_scores_of_the_last_two_releases_are_kept():
    counts = Counts()
    for release in ("v1", "v2", "v3", "v3"):
        counts.predicted(release, [0.5])
    assert list(counts.scores) == ["v2", "v3"]


def test_the_newest_day_is_the_newest_in_whatever_order_days_come():
    counts, (first, second, third) = Counts(), [datetime.date(2024, 6, day) for day in (1, 2, 3)]
    counts.saw([None])
    assert counts.newest_row is None
    for days, newest in (([second, None, first], second), ([third, second], third), ([first], third)):
        counts.saw(days)
        assert counts.newest_row == newest
