import pandas as pd
import pytest

from mainstay.pipeline.adoption.opening import expanded, opened
from mainstay.refusal import Refusal
from mainstay.rows.rules import sql
from mainstay.rows.table import engine


def rows_of(files, wanted, scratch):
    with engine() as connection:
        table = opened(connection, files, wanted, scratch)
        return connection.execute(sql(table)).df()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_file_is_text_throughout_whatever_splits_it(tmp_path, delimiter):
    (tmp_path / "a.csv").write_text('id,n,note\n007,1,"x, y"\n008, 2,\n'.replace(",", delimiter))
    found = rows_of([tmp_path / "a.csv"], ["id"], tmp_path)
    assert found.iloc[0].tolist() == ["007", "1", f"x{delimiter} y"]
    assert found.n.tolist() == ["1", " 2"]


def test_several_files_are_one_table_whatever_the_order_of_their_columns(tmp_path):
    (tmp_path / "a.csv").write_text("id,n\n1,2\n")
    (tmp_path / "b.csv").write_text("n,id\n4,3\n")
    assert rows_of([tmp_path / "a.csv", tmp_path / "b.csv"], ["id"], tmp_path).id.tolist() == ["1", "3"]


def test_parquet_keeps_its_types(tmp_path):
    pd.DataFrame({"id": ["1"], "n": [2], "x": [0.5]}).to_parquet(tmp_path / "a.parquet")
    assert rows_of([tmp_path / "a.parquet"], ["id"], tmp_path).dtypes.astype(str).tolist() == [
        "str",
        "int64",
        "float64",
    ]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["n,m\n1,2\n"], "no column 'id'; saw n, m"),
        (["id,ID\n1,2\n"], "more than one column is called 'id'"),
        (["id,\n1,2\n"], "a column has no name"),
        (["id,n\n1,2\n", "id,m\n1,2\n"], "column 'm' stands here or in"),
        (["id,n\n\udcff,2\n"], "0xff is not UTF-8"),
    ],
)
def test_csv_files_that_are_no_table_are_refused_by_name(tmp_path, texts, said):
    files = [tmp_path / f"{i}.csv" for i in range(len(texts))]
    for path, text in zip(files, texts, strict=True):
        path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(Refusal) as refused:
        rows_of(files, ["id"], tmp_path)
    assert said in str(refused.value) and str(files[-1]) in str(refused.value)


def test_a_torn_parquet_file_is_refused_by_name(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(Refusal, match=r"a\.parquet: cannot be read as Parquet"):
        rows_of([tmp_path / "a.parquet"], ["id"], tmp_path)


def test_a_folder_stands_for_its_files_in_the_order_of_their_names(tmp_path):
    for name in ("2024-02.csv", "2024-01.csv", ".hidden"):
        (tmp_path / name).write_text("id\n1\n")
    assert [p.name for p in expanded([tmp_path])] == ["2024-01.csv", "2024-02.csv"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "holds no file"),
        (["a.xlsx"], "neither .csv nor .parquet"),
        (["a.csv.gz"], "neither .csv nor .parquet"),
        (["a.csv", "b.parquet"], "CSV and Parquet are mixed"),
        (["a.csv/"], "is no file"),
    ],
)
def test_what_cannot_be_adopted_is_refused_by_name(tmp_path, names, said):
    for name in names:
        (tmp_path / name).mkdir() if name[-1] == "/" else (tmp_path / name).write_text("id\n1\n")
    with pytest.raises(Refusal, match=said):
        expanded([tmp_path])


def test_two_files_of_one_name_are_refused(tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_text("id\n1\n")
    with pytest.raises(Refusal, match=r"another file is called a\.csv too"):
        expanded([tmp_path / "x", tmp_path / "y"])
