import datetime

import msgspec
import pytest

from mainstay.rows.contract import Column, Contract, Outcome
from mainstay.serving.sound_row import as_mapping, date_fields, from_mapping, row_type, take_apart

OUTCOME = Outcome("churned", None, "1", "0", None, 30, 0)
DAY = datetime.date(2024, 6, 1)
COLUMNS = (
    Column("called on", "date", missing=0.1),
    Column("gender", "category", values=("f", "m"), use="slice"),
    Column("charge", "number", max=10),
    Column("class", "category", values=("a", "b")),
    Column("old", "category", values=("x",), use="ignore"),
)


def kind(*columns, observed_on="day", absent=lambda: None, listed=False):
    return row_type(Contract("id", observed_on, OUTCOME, (), None, columns), absent, listed)


def test_features_come_as_a_scorer_wants_them_and_the_day_last():
    names = kind(*COLUMNS).__struct_encode_fields__
    assert names == ("class", "charge", "called on", "gender", "id", "day")


def test_columns_may_be_called_as_nothing_in_python_is():
    row = msgspec.json.decode(b'{"class":"a","charge":1,"day":"2024-06-01"}', type=kind(*COLUMNS))
    assert as_mapping(row) == {"class": "a", "charge": 1.0, "called on": None, "gender": None, "id": None, "day": DAY}


def test_where_only_listed_categories_are_taken_others_are_not():
    document = {"class": "new", "charge": 1, "day": "2024-06-01"}
    assert as_mapping(msgspec.convert(document, kind(*COLUMNS)))["class"] == "new"
    assert as_mapping(msgspec.convert(document | {"class": "b"}, kind(*COLUMNS, listed=True)))["class"] == "b"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(document, kind(*COLUMNS, listed=True))


def test_what_is_left_out_is_told_and_null_is_not():
    told = []
    reads = kind(*COLUMNS, absent=lambda: told.append(1))
    msgspec.json.decode(b'{"class":"a","charge":1,"day":"2024-06-01","gender":null}', type=reads)
    assert len(told) == 2, "id and called on"


@pytest.mark.parametrize("field", ["class", "charge", "day"])
def test_what_may_not_be_missing_may_not_be_left_out(field):
    document = {"class": "a", "charge": 1, "day": "2024-06-01"}
    del document[field]
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(document, kind(*COLUMNS))


def test_a_row_taken_apart_shows_neither_customer_nor_day():
    values = {"class": "a", "charge": 1.0, "id": "C1", "day": DAY}
    apart = take_apart([from_mapping(kind(*COLUMNS), values)])
    assert (apart.customers, apart.days) == (("C1",), (DAY,))
    assert apart.columns == [("a",), (1.0,), (None,), (None,), ("C1",), (DAY,)]
    assert msgspec.to_builtins(apart.rows[0]) == {"class": "a", "charge": 1.0, "called on": None, "gender": None}


def test_where_no_row_has_a_day_none_can_be_told():
    undated = kind(Column("charge", "number"), observed_on=None)
    apart = take_apart([from_mapping(undated, {"charge": 1.0, "id": "C1"})])
    assert apart.days == [None] and msgspec.to_builtins(apart.rows[0]) == {"charge": 1.0}


def test_the_fields_of_date_features_are_known():
    contract = Contract("id", "day", OUTCOME, (), None, COLUMNS)
    row = from_mapping(row_type(contract, lambda: None), {"called on": DAY})
    assert [getattr(row, field) for field in date_fields(contract)] == [DAY]
