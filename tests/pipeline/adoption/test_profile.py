import pandas as pd
import pytest

from mainstay.pipeline.adoption.opening import opened
from mainstay.pipeline.adoption.profile import blanks, profile
from mainstay.rows.table import engine


@pytest.fixture
def look(tmp_path):
    """Profiles the column `x` of a CSV (of texts) or Parquet file (of a pandas column)."""

    def look(values, observed_on=None, days=None):
        if isinstance(values, pd.Series):
            path = tmp_path / "a.parquet"
            frame = pd.DataFrame({"x": values})
            (frame if days is None else frame.assign(day=pd.to_datetime(pd.Series(days)))).to_parquet(path)
        else:
            path = tmp_path / "a.csv"
            path.write_text("id,x\n" + "".join(f'{i},"{v}"\n' for i, v in enumerate(values)))
        with engine() as connection:
            rows = opened(connection, [path], ["x"], tmp_path)
            return profile(connection, rows, "x", blanks(connection, rows), observed_on, max_values=4)

    return look


def test_texts_are_counted_by_what_they_can_be_read_as(look):
    seen = look(["1", "2.5", "x", "007", "2024-01-31", " ", ""])
    assert (seen.rows, seen.present, seen.distinct) == (7, 5, 5)
    assert (seen.not_numbers, seen.not_whole, seen.padded, seen.not_dates) == (2, 3, 1, 4)
    assert (seen.low, seen.high, seen.odd, seen.values) == (1, 7, "2024-01-31", ())


def test_few_values_are_listed_in_order(look):
    assert look(["b", "a", "No", "b"]).values == ("No", "a", "b")


@pytest.mark.parametrize("spelling", ["", " ", "   ", "NA", "n/a", "NULL", "NaN", " nan "])
def test_every_spelling_of_nothing_is_a_blank(look, spelling):
    seen = look(["1", spelling, "2"])
    assert (seen.present, seen.not_numbers, seen.missing_share) == (2, 0, pytest.approx(1 / 3))


def test_none_and_unknown_may_be_answers_and_are_no_blanks(look):
    assert look(["None", "unknown", "a"]).present == 3


def test_numbers_of_a_parquet_file_are_taken_as_typed(look):
    seen = look(pd.Series([1.5, None, float("inf"), -2.0], dtype="float64"))
    assert (seen.family, seen.present, seen.low, seen.high) == ("float", 3, -2.0, 1.5)


def test_days_after_the_observation_date_are_counted(look):
    days = pd.Series(pd.to_datetime(["2024-01-01", "2024-03-01", None]))
    assert look(days, observed_on="day", days=["2024-02-01"] * 3).late == 1


def test_a_type_that_no_kind_can_hold_is_named(look):
    seen = look(pd.Series([[1], [2, 3]]))
    assert seen.family.startswith("array") and seen.rows == 2
