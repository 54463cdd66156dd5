import datetime
import math

import numpy as np
import pytest
from ensembles import contract
from hypothesis import given
from hypothesis import strategies as st

from mainstay.model.value_keys import MISSING, MOST_EXACT, coded_first, is_whole, offset, value_keys, wholes_first
from mainstay.rows.contract import UNSEEN, Column

PLAN = Column("plan", "category", values=("b", "a"), missing=1.0)
CALLS = Column("calls", "integer", min=-1, max=20, missing=1.0)
WIDE = Column("wide", "integer", missing=1.0)
AUTO, CHARGE = Column("auto", "boolean", missing=1.0), Column("charge", "number", missing=1.0)
SINCE = Column("since", "date", missing=1.0)
EVERY = contract(CHARGE, SINCE, PLAN, WIDE, CALLS, AUTO, observed_on="day")
DAY = datetime.date(2024, 3, 1)


def keys(columns, *features):
    """Those of features, without their offsets."""
    order = wholes_first(features)
    found = value_keys(order, EVERY)([*(columns.get(c.name, [None]) for c in coded_first(EVERY.features)), [DAY]])
    return {c.name: int(found[place, 0]) - offset(place, c) for place, c in enumerate(order)}


def test_categories_come_first_and_days_last():
    assert coded_first(EVERY.features) == [PLAN, CHARGE, WIDE, CALLS, AUTO, SINCE]
    assert wholes_first(EVERY.features) == [PLAN, CALLS, AUTO, SINCE, CHARGE, WIDE]


@pytest.mark.parametrize(
    ("highest", "whole"), [(MOST_EXACT, True), (MOST_EXACT + 1, False), (None, False)], ids=["most", "more", "any"]
)
def test_a_whole_number_is_its_own_key_where_a_float32_holds_it(highest, whole):
    assert is_whole(Column("calls", "integer", min=0, max=highest)) is whole


def test_whole_values_are_their_own_keys():
    given = {"plan": ["b"], "calls": [-1], "auto": [True], "since": [DAY - datetime.timedelta(31)]}
    wanted = {"plan": EVERY.codes["plan"]["b"], "calls": -1, "auto": 1, "since": 31}
    assert keys(given, PLAN, CALLS, AUTO, SINCE) == wanted
    assert keys({"plan": ["new"], "calls": [0], "auto": [False], "since": [DAY]}, PLAN)["plan"] == UNSEEN


@pytest.mark.parametrize("there", ["plan", "calls", "auto", "since", "charge", "wide"])
def test_what_is_missing_has_a_key_of_its_own_whatever_stands_beside(there):
    values = {"plan": "b", "calls": 3, "auto": True, "since": DAY, "charge": -2.5, "wide": 2**60}
    found = keys({there: [values[there]]}, *EVERY.features)
    nan = int(np.float32(math.nan).view(np.uint32))
    for column in EVERY.features:
        missing = MISSING if is_whole(column) else nan
        assert (found[column.name] == missing) == (column.name != there)


@given(st.floats(allow_nan=False) | st.integers(-(2**70), 2**70))
def test_any_other_number_has_the_bits_of_its_float32(value):
    with np.errstate(over="ignore"):
        bits = int(np.float32(float(value)).view(np.uint32))
    assert keys({"charge": [value]}, CHARGE) == {"charge": bits}


def test_keys_of_one_feature_lie_above_those_of_the_features_before():
    ends = []
    for place, column in enumerate((CALLS, CHARGE, AUTO, WIDE)):
        least, most = (-MISSING, MISSING) if is_whole(column) else (0, 2**32 - 1)
        ends += [offset(place, column) + least, offset(place, column) + most]
    assert ends == sorted(ends) and len(set(ends)) == len(ends)
