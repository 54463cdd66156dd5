import hashlib

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.rows.rules import sql
from mainstay.rows.side import in_test, in_test_expression
from mainstay.rows.table import engine

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@pytest.fixture(scope="module")
def connection():
    with engine() as connection:
        yield connection


@given(ids=st.lists(texts, min_size=1, max_size=20), salt=texts, share=st.floats(0.001, 0.999))
def test_plain_python_and_the_engine_agree(connection, ids, salt, share):
    assert engine_says(connection, ids, salt, share) == [in_test(i, salt, share) for i in ids]


def test_the_rule_is_written_down_so_that_it_never_changes():
    digest = hashlib.sha256(b"mainstay:7590-VHVEG").hexdigest()
    assert in_test("7590-VHVEG", "mainstay", 0.2) == (int(digest[:13], 16) / 16**13 < 0.2)
    assert [in_test(f"C{n}", "mainstay", 0.2) for n in range(8)] == [False] * 4 + [True] + [False] * 3


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_the_test_side_has_its_share(share):
    found = sum(in_test(str(n), "salt", share) for n in range(20_000)) / 20_000
    assert found == pytest.approx(share, abs=0.015)


def test_another_salt_is_another_split():
    assert {in_test("C1", str(salt), 0.5) for salt in range(20)} == {True, False}


@pytest.mark.parametrize("share", [0, 1, -0.1, 7])
def test_a_share_that_is_none_is_an_error(share):
    with pytest.raises(ValueError, match="share"):
        in_test("C1", "salt", share)


def engine_says(connection, ids, salt, share):
    connection.execute("CREATE OR REPLACE TABLE ids (n INTEGER, id VARCHAR)")
    connection.executemany("INSERT INTO ids VALUES (?, ?)", list(enumerate(ids)))
    table = ibis.table({"n": "int32", "id": "string"}, name="ids").order_by("n")
    query = sql(table.select(test=in_test_expression(table.id, salt, share)))
    return [test for (test,) in connection.execute(query).fetchall()]
