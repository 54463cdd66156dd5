import numpy as np
import pandas
import pytest
from churners import settings

from mainstay.pipeline.training.rows import training_rows
from mainstay.refusal import Refusal
from mainstay.rows.contract import OUTCOME, Column, Contract, Outcome, Treated


def contract(observed_on=None, treated=None):
    outcome = Outcome("churned", None, "1", "0", None, 30, 0)
    return Contract("id", observed_on, outcome, (), treated, (Column("x", "number"),))


def frame(outcomes=(0, 1, 0, 1), **more):
    return pandas.DataFrame({"id": ["a", "b", "c", "d"], OUTCOME: outcomes, **more})


X = np.zeros((4, 1), dtype=np.float32)


@pytest.mark.parametrize(
    ("policy", "kept"), [("exclude", [True, False, False, True]), ("include", [True, True, True, True])]
)
def test_only_who_is_known_to_be_untreated_is_kept_unless_params_say_so(policy, kept):
    flags = pandas.array([False, True, None, False], dtype="boolean")
    rows = training_rows(frame(treated=flags), X, contract(treated=Treated("treated", 0.1)), settings(treated=policy))
    assert list(rows.kept) == kept


def test_everyone_is_kept_where_nobody_is_treated():
    assert training_rows(frame(), X, contract(), settings()).kept.all()


def test_dates_are_days():
    rows = training_rows(frame(day=pandas.to_datetime(["2024-01-01"] * 4)), X, contract("day"), settings())
    assert rows.dates.dtype == "datetime64[D]"


def test_leavers_among_the_treated_do_not_make_two_classes():
    flags = pandas.array([False, True, False, True], dtype="boolean")
    with pytest.raises(Refusal, match="of 2 to learn from, 0 left"):
        training_rows(frame(treated=flags), X, contract(treated=Treated("treated", 0.1)), settings())
