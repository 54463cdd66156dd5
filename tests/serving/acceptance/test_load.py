import time

import msgspec
import numpy as np
import pytest
from fake_service import Problem

from mainstay.serving.acceptance.load import judged, load


def test_all_are_answered_and_timed(fake, service, subject, limits):
    told = load(service, [g.row for g in subject.manifest.golden], limits)
    assert told.verdict.answer == "pass", told.verdict.reasons
    assert told.figures["requests"] == fake.asked == limits.load_requests
    assert 0 < told.figures["p50 ms"] <= told.figures["p99 ms"]


def test_a_server_that_is_slow_fails_with_the_percentile(fake, service, subject, limits):
    real = fake.score
    fake.score = lambda row: time.sleep(0.02) or real(row)
    told = load(service, [subject.manifest.golden[0].row], msgspec.structs.replace(limits, max_p99_ms=10.0))
    assert told.verdict.answer == "fail" and "wanted at most 10 ms" in told.verdict.reasons[0]


def test_a_round_that_was_late_is_made_again(fake, service, subject, limits):
    real, asked = fake.score, []

    def score(row):
        asked.append(row)
        if len(asked) == 1:
            time.sleep(2)
        return real(row)

    fake.score = score
    told = load(service, [subject.manifest.golden[0].row], msgspec.structs.replace(limits, max_p99_ms=1000.0))
    assert told.verdict.answer == "pass" and len(asked) >= 2 * limits.load_requests


def test_a_single_failed_request_fails(fake, service, subject, limits):
    real, asked = fake.score, iter(range(10**6))

    def score(row):
        if next(asked) == 7:
            raise Problem(503)
        return real(row)

    fake.score = score
    told = load(service, [subject.manifest.golden[0].row], limits)
    assert told.verdict.reasons == ("latency under load: answers 503, wanted 200",)


@pytest.mark.parametrize(
    ("slowest_ms", "answer"), [([5.0] * 2, "pass"), ([500.0] * 2, "fail")], ids=["within", "above"]
)
def test_the_budget_is_for_99_of_100(limits, slowest_ms, answer):
    took = np.array([1.0] * 98 + slowest_ms)
    assert judged(took, [], 1.0, msgspec.structs.replace(limits, max_p99_ms=100.0)).verdict.answer == answer


def test_no_answer_at_all_is_no_pass(limits):
    assert judged(np.array([]), [], 1.0, limits).verdict.answer == "fail"
