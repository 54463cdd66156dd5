import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.refusal import Refusal
from mainstay.rows.list_file import writing

DICTIONARY = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema([("id", pa.string()), ("p", pa.float32()), ("contact", pa.bool_()), ("why", DICTIONARY)])
IDS = ["C1", "=cmd|'/c calc'!A0", "-5", "a\u202eb", 'x"y,z']
WHY = ["plan = a", "@SUM(A1)", "plan = a", "+1+1", "a\nb"]


def batch(ids, why):
    held = [pa.array(ids), pa.array([0.25] * len(ids), pa.float32()), pa.array([True] * len(ids))]
    return pa.RecordBatch.from_arrays([*held, pa.array(why).dictionary_encode()], schema=SCHEMA)


def written(path, *batches):
    with writing(path, SCHEMA) as write:
        for one in batches:
            write(one)
    return path


def test_no_cell_of_a_csv_runs_as_a_formula_or_hides_a_character(tmp_path):
    path = written(tmp_path / "list.csv", batch(IDS, WHY))
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["id", "p", "contact", "why"]
    assert [row[0] for row in rows[1:]] == ["C1", "'=cmd|'/c calc'!A0", "-5", "a\\u202eb", 'x"y,z']
    assert [row[3] for row in rows[1:]] == ["plan = a", "'@SUM(A1)", "plan = a", "'+1+1", "a\\nb"]
    assert rows[1][1:3] == ["0.25", "true"]


def test_parquet_holds_the_texts_as_they_are(tmp_path):
    path = written(tmp_path / "list.parquet", batch(IDS, WHY), batch(["C2"], ["new"]))
    found = pq.read_table(path).to_pydict()
    assert found["id"] == [*IDS, "C2"]
    assert found["why"] == [*WHY, "new"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_list_that_fails_half_way_leaves_the_old_one(tmp_path, ending):
    path = tmp_path / f"list.{ending}"
    path.write_text("old")
    with pytest.raises(RuntimeError), writing(path, SCHEMA) as write:
        write(batch(IDS, WHY))
        raise RuntimeError
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(Refusal, match=r"ends in '\.xlsx', wanted \.csv or \.parquet"):
        written(tmp_path / "list.xlsx")
