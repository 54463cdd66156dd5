import datetime

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from ensembles import FINITE, MAX, contract, ensembles, leaf, model, shapes, split, tree
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import model as boosting
from tiny import rows as customers

from mainstay.model.expression import PROBABILITY, scored
from mainstay.model.file import Model
from mainstay.model.trees import Ensemble
from mainstay.rows.contract import Column
from mainstay.rows.rules import TYPES, sql
from mainstay.rows.table import engine

MIXED = contract(
    Column("plan", "category", values=("a", "b", "it's"), missing=1.0),
    Column("auto", "boolean", missing=1.0),
    Column("since", "date", missing=1.0),
    Column("months", "integer", missing=1.0),
    Column("charge", "number", missing=1.0),
    observed_on="day",
)
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2000, 1, 4))
EDGES = [
    v for f in FINITE for v in (f, float(np.nextafter(f, 9e99)), float(np.nextafter(np.float32(f), np.float32(9))))
]
ROWS = st.fixed_dictionaries(
    {
        "day": st.just(datetime.date(2000, 1, 4)),
        "plan": st.none() | st.sampled_from(["a", "b", "it's", "new", ""]),
        "auto": st.none() | st.booleans(),
        "since": st.none() | DAYS,
        "months": st.none() | st.integers(-2, 3) | st.sampled_from([2**53 - 1, 16777217]),
        "charge": st.none() | st.sampled_from(EDGES),
    }
)
TYPED = {"plan": "string", "auto": "boolean", "months": "Int64", "charge": "Float64"}


def in_the_engine(frame: pd.DataFrame, own: Model) -> np.ndarray:
    """The probabilities that DuckDB computes, row by row."""
    kinds = {c.name: TYPES[c.kind] for c in own.contract.features} | {own.contract.observed_on: "date"}
    types = {name: kinds[name] for name in frame.columns if name in kinds}
    arrow = ibis.schema(types).to_pyarrow()
    with engine() as connection:
        connection.register("customers", pa.Table.from_pandas(frame, schema=arrow, preserve_index=False))
        query = sql(scored(ibis.table(types, name="customers"), own)[[PROBABILITY]])
        return np.array(connection.execute(query).fetchall())[:, 0]


@settings(max_examples=15)
@given(ensembles(n_features=5), st.lists(ROWS, min_size=1, max_size=12))
def test_the_engine_scores_any_trees_as_the_file_does(ensemble, rows):
    own, frame = model(ensemble, MIXED), pd.DataFrame(rows).astype(TYPED)
    np.testing.assert_allclose(in_the_engine(frame, own), own.score(frame), rtol=0, atol=1e-6)


@settings(max_examples=10)
@given(st.lists(st.integers(0, 4).flatmap(lambda f: shapes(1).map(lambda s: moved(s, f))), min_size=1, max_size=6))
def test_trees_on_one_feature_each_are_one_number_a_bin(shapes):
    own = model(Ensemble(0.1, tuple(tree(s) for s in shapes), 5), MIXED)
    rows = [{"day": datetime.date(2000, 1, 4), "plan": p, "charge": v} for p in ("a", None, "new") for v in EDGES]
    frame = pd.DataFrame(rows, columns=["day", *[c.name for c in MIXED.features]]).astype(TYPED | {"since": "object"})
    np.testing.assert_allclose(in_the_engine(frame, own), own.score(frame), rtol=0, atol=1e-6)


@pytest.mark.parametrize("threshold", [0.1, -0.1, 1 / 3, 1e-45, 16777216.0, -MAX, MAX, 5.877472e-39])
def test_a_value_is_compared_as_the_float32_that_it_rounds_to(threshold):
    edge = np.float32(threshold)
    above, below = (np.nextafter(edge, np.float32(way)) for way in (9e30, -9e30))
    near = [float(v) for v in (edge, above, below) if np.isfinite(v)]
    near += [float(np.nextafter(v, way)) for v in near for way in (9e300, -9e300)] + [(near[0] + near[1]) / 2]
    frame = pd.DataFrame({"x0": [v for v in near if abs(v) <= MAX]})
    own = model(Ensemble(0.0, (tree(split(0, threshold, leaf(-1.0), leaf(1.0))),), 1))
    np.testing.assert_allclose(in_the_engine(frame, own), own.score(frame), rtol=0, atol=1e-6)


def test_a_boosting_model_with_dates_and_booleans_scores_every_customer_alike():
    frame = customers(800)
    own = boosting(frame)
    strange = frame.assign(plan=frame["plan"].where(frame.index % 7 > 0, "lifetime"))
    np.testing.assert_allclose(in_the_engine(strange, own), own.score(strange), rtol=0, atol=1e-6)


def test_columns_of_the_table_stay_and_no_code_is_left_behind():
    own = model(Ensemble(0.0, (tree(split(0, 0.5, leaf(-1.0), leaf(1.0))),), 1))
    table = ibis.table({"x0": "float64", "note": "string"}, name="customers")
    assert scored(table, own).columns == ("x0", "note", PROBABILITY)


def test_log_odds_of_any_size_make_a_probability():
    own = model(Ensemble(0.0, (tree(split(0, 0.0, leaf(-1e6), leaf(1e6))),), 1))
    found = in_the_engine(pd.DataFrame({"x0": [-1.0, 1.0]}), own)
    np.testing.assert_allclose(found, [0.0, 1.0], rtol=0, atol=1e-9)


@pytest.mark.parametrize("dialect", ["postgres", "bigquery", "snowflake", "clickhouse"])
def test_other_engines_get_sql_of_their_own(dialect):
    own = model(Ensemble(0.0, (tree(split(0, 0.5, leaf(-1.0), split(1, 0.25, leaf(0.0), leaf(1.0)))),), 3))
    query = ibis.to_sql(
        scored(ibis.table(dict.fromkeys(("x0", "x1", "x2"), "float64"), name="customers"), own), dialect
    )
    assert query.count("<=") == 2
    assert PROBABILITY in query


def moved(shape, feature):
    """The shape, with all its questions about another feature."""
    if shape[0] == "leaf":
        return shape
    _, _, threshold, left, right, missing_left = shape
    return split(feature, threshold, moved(left, feature), moved(right, feature), missing_left)
