import datetime

import pytest
from branches import CONTRACT
from imports import ROOT

from mainstay import params
from mainstay.refusal import Refusal
from mainstay.rows import contract_file
from mainstay.rows.keyed_file import read_outcomes, read_treated

CAPS = params.load(ROOT / "params.yaml", "validate")
DATED = contract_file.parse(CONTRACT, "contract")
UNDATED = contract_file.parse(CONTRACT.replace("observed_on: day\n", ""), "contract")
TREATED = contract_file.parse(
    CONTRACT.replace("blanks: []", "blanks: []\ntreated: {column: offered, holdout_share: 0.1}"), "contract"
)


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write


def rows(keyed):
    return keyed.frame[["id", "first", "last", "copies"]].values.tolist()


def test_a_row_a_customer_and_date_with_what_was_recorded_first_and_last_and_how_often(write):
    path = write("told.csv", "customer,day,churned\na,2024-01-01,0\na,2024-01-01,1\nb,2024-01-01,1\nb,2024-02-01,1\n")
    found = read_outcomes(path, DATED, CAPS)
    assert rows(found) == [["a", "0", "1", 2], ["b", "1", "1", 1], ["b", "1", "1", 1]] and found.rows == 4
    assert found.frame["day"].dt.date.tolist()[:2] == [datetime.date(2024, 1, 1)] * 2


def test_further_columns_are_passed_over_and_ids_stay_text(write):
    path = write("told.csv", "churned,customer,day,note\n1,007,2024-01-01,x\n")
    assert rows(read_outcomes(path, DATED, CAPS)) == [["007", "1", "1", 1]]


def test_an_outcome_that_is_not_there_yet_is_none(write):
    path = write("told.csv", "customer,day,churned\na,2024-01-01,\nb,2024-01-01,0\n")
    assert rows(read_outcomes(path, DATED, CAPS)) == [["b", "0", "0", 1]]


def test_what_is_neither_left_nor_stayed_is_counted_as_faulty(write):
    path = write("told.csv", "customer,day,churned\na,2024-01-01,perhaps\nb,2024-01-01,0\n")
    found = read_outcomes(path, DATED, CAPS)
    assert rows(found) == [["b", "0", "0", 1]] and found.faulty == 1


def test_undated_outcomes_have_no_day(write):
    found = read_outcomes(write("told.csv", "customer,churned\na,1\n"), UNDATED, CAPS)
    assert rows(found) == [["a", "1", "1", 1]] and found.frame["day"].isna().all()


def test_of_a_folder_a_correction_stands_in_for_what_it_corrects(write, tmp_path):
    write("told/2024-01.csv", "customer,day,churned\na,2024-01-01,1\n")
    write("told/2024-01.correction-1.csv", "customer,day,churned\na,2024-01-01,0\n")
    assert rows(read_outcomes(tmp_path / "told", DATED, CAPS)) == [["a", "0", "0", 1]]


def test_who_was_treated_is_read_from_any_table_that_says_so(write):
    found = read_treated(
        write("book.csv", "customer,day,offered\na,2024-01-01,true\nb,2024-01-01,false\n"), TREATED, CAPS
    )
    assert rows(found) == [["a", True, True, 1], ["b", False, False, 1]]


def test_without_such_a_column_in_the_contract_there_is_none_to_read(write):
    with pytest.raises(Refusal, match="--treated"):
        read_treated(write("book.csv", "customer,day,offered\n"), DATED, CAPS)


@pytest.mark.parametrize("text", [None, "customer,churned\na,1\n"])
def test_a_file_that_is_not_there_or_lacks_a_key_is_refused(write, tmp_path, text):
    path = tmp_path / "no.csv" if text is None else write("told.csv", text)
    with pytest.raises(Refusal, match=path.name):
        read_outcomes(path, DATED, CAPS)
