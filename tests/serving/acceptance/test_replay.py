import datetime
from dataclasses import replace

import msgspec
import numpy as np
import pandas as pd
import pytest
import tiny

from mainstay.rows.judged import judged
from mainstay.serving.acceptance.replay import documents, newest, replay, unequal


@pytest.fixture
def replayed(service, subject, wanted, limits):
    def replayed(rows=subject.rows, signed=subject.manifest.metrics, **changes):
        return replay(service, subject.model, rows, wanted, signed, msgspec.structs.replace(limits, **changes))

    return replayed


def test_scores_and_figures_over_http_are_those_offline(replayed, subject):
    told = replayed()
    assert told.verdict.answer == "pass", told.verdict.reasons
    assert told.figures["largest difference"] < 1e-7
    assert told.figures["calibration_error"] == pytest.approx(subject.manifest.metrics["calibration_error"])


def test_one_row_that_scores_otherwise_fails(fake, replayed):
    real = fake.score
    fake.score = lambda row: real(row) + (1e-5 if row["tenure_months"] == 7 else 0)
    assert "a row scores 1e-05 otherwise than the model file here" in replayed().verdict.reasons[0]


@pytest.mark.parametrize("value", [0.9, None, float("nan")])
def test_figures_that_are_not_the_signed_ones_fail(replayed, subject, value):
    (reason,) = replayed(signed=subject.manifest.metrics | {"roc_auc": value}).verdict.reasons
    assert "over HTTP, signed is" in reason


def test_of_more_rows_the_newest_are_replayed_and_the_signed_figures_are_of_others(replayed):
    told = replayed(replay_rows=60, signed={})
    assert told.verdict.answer == "pass" and told.figures["rows"] == 60


def test_the_newest_are_those_of_the_latest_dates_in_their_order():
    frame = tiny.rows(n=40, seed=3)
    frame["observed_on"] = [tiny.FIRST + datetime.timedelta(days=i % 3) for i in range(40)]
    rows = judged(frame, tiny.CONTRACT, "test")
    at = newest(rows, tiny.CONTRACT, 5)
    last = rows.frame["observed_on"].max()
    assert list(at) == sorted(at) and set(rows.frame["observed_on"].iloc[at]) == {last}
    assert len(newest(rows, tiny.CONTRACT, 1000)) == len(rows.outcome)
    undated = replace(tiny.CONTRACT, observed_on=None)
    assert list(newest(rows, undated, 5)) == [0, 1, 2, 3, 4]
    ((first, *_),) = documents(frame, undated, 100)
    assert "observed_on" not in first


def test_a_server_that_stops_answering_fails_with_how_far_it_came(fake, replayed, limits):
    real, answers = fake.answer, iter(range(10**6))

    def answer(body):
        if next(answers) == 2:
            raise ConnectionError
        return real(body)

    fake.answer = answer
    assert f"after {2 * limits.rows_a_request} rows: no answer" in replayed().verdict.reasons[0]


def test_rows_are_sent_as_plain_json_without_ids():
    frame = tiny.rows(n=3)
    frame.loc[0, "charge"] = np.nan
    frame["tenure_months"] = pd.Series([1.0, 2.0, 3.0])
    ((first, *_),) = documents(frame, tiny.CONTRACT, 100)
    assert set(first) == {"observed_on"} | {c.name for c in tiny.CONTRACT.used}
    assert first["observed_on"] == "2024-01-01" and first["charge"] is None
    assert type(first["tenure_months"]) is int and type(first["auto_pay"]) is bool
    assert [len(part) for part in documents(tiny.rows(n=5), tiny.CONTRACT, 2)] == [2, 2, 1]


def test_a_figure_that_is_no_number_equals_nothing():
    assert unequal({"roc_auc": float("nan")}, {"roc_auc": 0.8}, 1e-5, "signed")
