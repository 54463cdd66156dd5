import pytest
from branches import model, rows
from contest import CONTRACT

from mainstay.refusal import Refusal
from mainstay.release import sides
from mainstay.release.git import Repository
from mainstay.release.lock import TEST
from mainstay.release.ruler import SECTIONS


def test_the_base_is_read_as_it_was_committed(branch):
    branch.set("gate", max_looks=3)
    base = sides.of_base(Repository.at(branch.root), "main")
    assert (base.contract, base.gate.max_looks) == (CONTRACT, 20)
    assert all(getattr(base, section) for section in SECTIONS)


@pytest.mark.parametrize("text", ["", "gate: 1", "{", "gate: {a_number_of_later: 1}"])
def test_a_base_that_this_code_cannot_read_has_none_of_it(empty, text):
    empty.write("params.yaml", text).write("data/contract.yaml", "id: [").commit("Unreadable")
    base = sides.of_base(Repository.at(empty.root), "HEAD")
    assert base.contract is None and base.gate is None


def test_the_heads_own_mistakes_are_refused(branch):
    branch.set("gate", max_looks="many")
    with pytest.raises(Refusal, match="max_looks"):
        sides.of_head(branch.root / "params.yaml", CONTRACT)


def test_the_bases_test_rows_are_read_from_the_store(branch):
    repository = Repository.at(branch.root)
    output = sides.base_test(repository, "main")
    assert output.path == TEST
    found = sides.base_rows(repository, "main", output)
    assert found.frame["customer"].tolist() == rows()["customer"].tolist()
    assert found.digest == sides.rows(branch.root / TEST).digest


def test_a_base_without_a_lock_has_no_test_rows(empty):
    assert sides.base_test(Repository.at(empty.root), "HEAD") is None
    empty.make(model())
    assert sides.base_test(Repository.at(empty.root), "HEAD") is None, "not what is not committed"
