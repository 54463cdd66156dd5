import pytest

from mainstay.refusal import Refusal
from mainstay.rows.contract import Column
from mainstay.rows.layout import Layout, check

LAYOUT = Layout("customers", (Column("id", "category"), Column("tenure", "integer")), frozenset({"note"}), others=False)


@pytest.mark.parametrize("names", [["id", "tenure"], ["tenure", "id"], ["id", "note", "tenure"]])
def test_order_is_free_and_ignored_columns_may_be_there(names):
    check(LAYOUT, names, "a.csv")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["id"], "'tenure' is missing. Mend the file"),
        (["id", "tenure_months"], "'tenure' is missing, probably renamed to 'tenure_months'"),
        (["id", "xyz"], "'tenure' is missing, probably renamed to 'xyz'"),
        (["id", "xyz", "abc"], "'tenure' is missing; 'xyz' is not in the contract; 'abc' is not in the contract"),
        (["id", "tenure", "extra"], "'extra' is not in the contract. Add to data/contract.yaml"),
        (["id", "tenure", "id"], "'id' stands twice. Mend the file"),
        (["\ufeffid", "tenure"], "'id' is missing, probably renamed to '\\ufeffid'"),
    ],
)
def test_a_difference_is_told_with_what_to_do(names, told):
    with pytest.raises(Refusal, match=r"a\.csv: columns differ from the contract") as refused:
        check(LAYOUT, names, "a.csv")
    assert told in str(refused.value)


def test_a_table_may_hold_more_where_others_are_passed_over():
    check(Layout("outcomes", LAYOUT.columns, frozenset(), others=True), ["id", "tenure", "extra"], "a.csv")
