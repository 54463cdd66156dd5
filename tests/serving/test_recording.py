import datetime

import pytest
from held import loaded
from servers import GOOD

from mainstay.rows.prediction_record import decode
from mainstay.rows.pseudonym import pseudonyms
from mainstay.serving.exposition import Counts
from mainstay.serving.recording import Recording
from mainstay.serving.sound_row import take_apart

KEY = b"k" * 32


class Log:
    """Keeps what it is given."""

    def __init__(self):
        self.writes, self.dropped, self.fault = [], 0, None

    def append(self, lines):
        self.writes.append(lines)


@pytest.fixture
def recording():
    return Recording(Counts(), Log(), KEY)


def told(recording):
    recording.keep()
    return [decode(line) for line in b"".join(recording.log.writes).splitlines()]


def rows(loaded, *documents):
    """What is recorded of rows."""
    return take_apart(loaded.rows_in.judge([*documents], lambda number, name: name))


def test_a_line_holds_all_but_the_id(tmp_path, recording):
    own = loaded(tmp_path)
    recording(own, rows(own, GOOD), [0.25])
    [line] = told(recording)
    assert (line.release, line.score, line.customer) == ("v1.0.0", 0.25, pseudonyms(KEY)(["C1"])[0])
    assert line.observed_on == datetime.date(2024, 6, 1)
    assert line.values == {"tenure_months": 7, "plan": "monthly", "renewed_on": "2024-01-01"}
    assert b"C1" not in recording.log.writes[0]


def test_a_row_without_id_and_date_is_nobodys_of_today(tmp_path, recording):
    own = loaded(tmp_path)
    apart = rows(own, {name: value for name, value in GOOD.items() if name != "customer_id"})
    recording(own, apart._replace(days=[None]), [0.25])
    [line] = told(recording)
    assert line.customer == "" and (datetime.datetime.now(datetime.UTC).date() - line.observed_on).days in (0, 1)


def test_all_lines_since_the_last_time_are_written_at_once(tmp_path, recording):
    own = loaded(tmp_path)
    for _ in range(2):
        recording(own, rows(own, GOOD, GOOD), [0.25, 0.5])
    assert [line.score for line in told(recording)] == [0.25, 0.5] * 2 and len(recording.log.writes) == 1
    recording.keep()
    assert len(recording.log.writes) == 1


def test_scores_and_the_newest_day_are_counted_with_or_without_a_log(tmp_path):
    own, recording = loaded(tmp_path), Recording(Counts())
    for day in ("2024-06-02", "2024-06-01"):
        recording(own, rows(own, GOOD | {"observed_on": day}), [0.02])
    recording.keep()
    assert recording.counts.newest_row == datetime.date(2024, 6, 2)
    assert recording.counts.scores["v1.0.0"].sum == pytest.approx(0.04)
    assert (recording.dropped, recording.fault, recording.lines) == (0, None, [])
