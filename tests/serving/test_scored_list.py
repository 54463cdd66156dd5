import numpy as np
import pyarrow as pa
import tiny
from imports import ROOT

from mainstay.params import load
from mainstay.serving.named_model import NamedModel
from mainstay.serving.scored_list import PROFIT, ScoredList, best

FRAME = tiny.rows(300)
BATCH = pa.RecordBatch.from_pandas(FRAME, preserve_index=False)
LIST = ScoredList(NamedModel(tiny.model(FRAME), "v1", 0.6), load(ROOT / "params.yaml", "profit"), 2)


def test_the_list_of_a_batch_has_the_columns_that_it_names():
    rows = LIST.of(BATCH)
    assert rows.schema == LIST.schema(BATCH.column("customer_id").type, dated=True)
    assert rows.num_rows == 300


def test_a_batch_without_the_date_lists_none():
    undated = LIST.schema(pa.string(), dated=False)
    assert undated.names[:2] == ["customer_id", "probability"]


def test_the_top_of_a_batch_are_its_best_rows_with_their_own_reasons():
    rows, all_rows = LIST.of(BATCH, top=5).to_pylist(), LIST.of(BATCH).to_pylist()
    assert rows == sorted(all_rows, key=lambda row: -row[PROFIT])[:5]


def test_the_best_of_two_lists_keep_the_earlier_of_equal_ones():
    first, again = LIST.of(BATCH, top=3), LIST.of(BATCH, top=3)
    again = again.set_column(0, "customer_id", pa.array(["later"] * 3, again.column(0).type))
    ids = best(best(None, first, 3), again, 4).column("customer_id").to_pylist()
    assert ids[0] == first.column("customer_id")[0].as_py()
    assert ids[1] == "later"
    assert np.isin(ids, [*first.column("customer_id").to_pylist(), "later"]).all()
