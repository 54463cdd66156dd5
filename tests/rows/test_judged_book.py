import csv

import pytest
import tiny
from imports import ROOT

from mainstay.params import load
from mainstay.refusal import Refusal
from mainstay.rows.judged_book import judged_book

LIMITS = load(ROOT / "params.yaml", "validate")


def test_faulty_rows_are_told_and_the_others_come_in_order_as_contract_values(tmp_path):
    path, frame = tmp_path / "customers.csv", tiny.rows(30)
    frame.assign(charge=["-1", "x", *["7.5"] * 28]).to_csv(path, index=False)
    with judged_book(path, tiny.CONTRACT, LIMITS) as book:
        rows = [row for batch in book.batches() for row in batch.to_pylist()]
        book.write_faulty(tmp_path / "faulty.csv")
        assert (book.rows, book.faulty) == (30, 2)
    with (tmp_path / "faulty.csv").open() as file:
        assert [(r["row"], r["column"], r["seen"]) for r in csv.DictReader(file)] == [
            ("2", "charge", "-1"),
            ("3", "charge", "x"),
        ]
    assert [r["customer_id"] for r in rows] == frame["customer_id"].tolist()[2:]
    assert {r["charge"] for r in rows} == {7.5}
    assert {type(r["auto_pay"]) for r in rows} == {bool}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_without_the_observation_date_is_refused_where_a_feature_needs_it(tmp_path, ending):
    path, frame = tmp_path / f"customers.{ending}", tiny.rows(30).drop(columns="observed_on")
    frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path)
    with pytest.raises(Refusal, match="'observed_on' is missing"), judged_book(path, tiny.CONTRACT, LIMITS):
        pass
