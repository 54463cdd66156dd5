import pandas as pd
import pyarrow.parquet as pq
import pytest
import tiny
from imports import ROOT
from msgspec.structs import replace

from mainstay.params import load
from mainstay.rows.typed_book import InDoubt, typed_book

LIMITS = load(ROOT / "params.yaml", "validate")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "customers.parquet"
    tiny.rows(40).to_parquet(path, index=False)
    return path


def test_a_typed_file_is_read_in_its_order(path):
    book = typed_book(path, tiny.CONTRACT, LIMITS)
    batches = list(book.batches())
    for batch in batches:
        book.check(batch)
    assert book.rows == sum(b.num_rows for b in batches) == 40
    assert batches[0].column("customer_id").to_pylist() == tiny.rows(40)["customer_id"].tolist()


def test_a_faulty_row_leaves_the_file_in_doubt(path):
    tiny.rows(40).assign(tenure_months=-1).to_parquet(path, index=False)
    book = typed_book(path, tiny.CONTRACT, LIMITS)
    with pytest.raises(InDoubt):
        book.check(next(book.batches()))


@pytest.mark.parametrize("limits", [{"max_rows": 39}, {"max_expansion": 0.001}])
def test_a_file_beyond_the_caps_is_left_to_those_who_refuse_it(path, limits):
    with pytest.raises(InDoubt):
        typed_book(path, tiny.CONTRACT, replace(LIMITS, **limits))


def test_so_is_one_that_lacks_a_column_or_has_no_row_or_is_no_parquet(path):
    for frame in (tiny.rows(40).drop(columns="charge"), tiny.rows(40).head(0)):
        frame.to_parquet(path, index=False)
        with pytest.raises(InDoubt):
            typed_book(path, tiny.CONTRACT, LIMITS)
    path.write_text("id\n1\n")
    with pytest.raises(InDoubt):
        typed_book(path, tiny.CONTRACT, LIMITS)


def test_a_page_that_cannot_be_read_leaves_the_file_in_doubt(path):
    pd.concat([tiny.rows(3000)] * 3).to_parquet(path, index=False, compression="zstd", row_group_size=3000)
    data = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data[start : start + 400] = b"\xff" * 400
    path.write_bytes(data)
    with pytest.raises(InDoubt):
        list(typed_book(path, tiny.CONTRACT, LIMITS).batches())
