import csv

import pandas
import pytest
from click.testing import CliRunner

from mainstay.cli import verbs
from mainstay.pipeline.quarantine import read, shown
from mainstay.refusal import Refusal

ROWS = [
    ("customers/b.csv", 7, "tenure", "-5", "is below 0"),
    ("customers/a.csv", 3, "tenure", "-1", "is below 0"),
    ("customers/a.csv", 2, "id", "=cmd|'/c calc'!A0\x1b[31m\u202e", "holds a control character"),
    ("customers/a.csv", 9, "", "C1,2", "has 2 cells, wanted 4"),
    ("customers/a.csv", 11, "charge", None, "is missing, wanted a value"),
]


@pytest.fixture
def quarantine(tmp_path):
    path = tmp_path / "quarantine.parquet"
    pandas.DataFrame(ROWS, columns=["file", "row", "column", "seen", "reason"]).to_parquet(path)
    return path


def test_reasons_are_counted_and_the_first_rows_shown_in_order(quarantine):
    text = shown(read(quarantine, limit=3))
    assert text.splitlines()[:2] == ["5 rows were set aside:", "       2  tenure is below 0"]
    places = [line.split(": ")[0] for line in text.splitlines() if line.startswith("customers/")]
    assert places == ["customers/a.csv:2", "customers/a.csv:3", "customers/a.csv:9"]
    assert "... and 2 more; --csv FILE writes them all" in text
    assert "customers/a.csv:9: has 2 cells, wanted 4 (C1,2)" in text


def test_nothing_that_a_terminal_or_a_spreadsheet_would_act_on_gets_through(quarantine, tmp_path):
    ended = CliRunner().invoke(verbs, ["quarantine", "--from", str(quarantine)])
    assert ended.exit_code == 0 and "\x1b" not in ended.output and "\u202e" not in ended.output
    assert "('=cmd|'/c calc'!A0\\x1b[31m\\u202e)" in ended.output
    to = tmp_path / "out.csv"
    assert CliRunner().invoke(verbs, ["quarantine", "--from", str(quarantine), "--csv", str(to)]).exit_code == 0
    table = list(csv.reader(to.open(encoding="utf-8", newline="")))
    assert len(table) == 6 and table[1][3] == "'=cmd|'/c calc'!A0\\x1b[31m\\u202e"


def test_an_empty_quarantine_says_so(tmp_path):
    pandas.DataFrame(ROWS[:0], columns=["file", "row", "column", "seen", "reason"]).to_parquet(tmp_path / "q.parquet")
    assert shown(read(tmp_path / "q.parquet", 3)) == "Nothing was set aside."


def test_no_quarantine_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(Refusal, match="run `dvc repro validate`"):
        read(tmp_path / "nothing.parquet", 3)
