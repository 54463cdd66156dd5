import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.rows import lines
from mainstay.rows.lines import cells, lines_at, lines_of

CELL = st.text(st.sampled_from('ab",\nü '), max_size=4)
ROWS = st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=12)


def written(rows: list[list[str]], empty_after: int) -> str:
    """The rows as CSV with a header, all cells quoted, and an empty line after one of them."""
    lines = []
    for number, row in enumerate([["one", "two"], *rows]):
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(row)
        lines.append(text.getvalue() + ("\n" if number == empty_after else ""))
    return "".join(lines)


@given(ROWS, st.integers(0, 12))
def test_each_record_is_found_on_the_line_where_an_editor_shows_its_beginning(tmp_path_factory, rows, empty_after):
    path = tmp_path_factory.mktemp("lines") / "a.csv"
    text = written(rows, empty_after)
    path.write_text(text, encoding="utf-8", newline="")
    found = lines_of(path, ",", set(), range(len(rows)))
    physical = text.split("\n")
    assert [physical[line - 1].startswith('"') for line in found] == [True] * len(rows)
    assert [cells("\n".join(physical[line - 1 :]), ",") for line in found] == rows


@given(ROWS, st.integers(0, 12))
def test_a_byte_offset_and_a_place_in_the_file_give_the_same_line(tmp_path_factory, rows, empty_after):
    path = tmp_path_factory.mktemp("lines") / "a.csv"
    text = written(rows, empty_after)
    path.write_text(text, encoding="utf-8", newline="")
    found = lines_of(path, ",", set(), range(len(rows)))
    starts = [len("\n".join([*text.split("\n")[: line - 1], ""]).encode()) for line in found]
    assert lines_at(path, starts) == found


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rejected_records_and_empty_lines_are_not_counted(tmp_path, quote, end):
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(["one,two", f"{quote}a{quote},1", "", "b", "c,3", "d,4"]).encode())
    assert lines_of(path, ",", [4], [0, 1, 2]) == [2, 5, 6]


def test_lines_are_counted_across_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "CHUNK_BYTES", 7)
    path = tmp_path / "a.csv"
    path.write_text("one,two\n" + "".join(f"{i},x\n" + "\n" * (i % 3 == 0) for i in range(30)))
    text = path.read_text().split("\n")
    assert [text[line - 1] for line in lines_of(path, ",", [], range(30))] == [f"{i},x" for i in range(30)]


def test_an_offset_on_an_empty_line_means_the_record_after_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"one,two\r\na,1\r\n\r\n\r\nb\r\n")
    assert lines_at(path, [14, 14 + 4]) == [5, 5]
