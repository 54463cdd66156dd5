import pytest

from mainstay.release.bump import Recipe, recipe, size
from mainstay.release.git import Repository


@pytest.mark.parametrize(
    ("before", "bump"),
    [
        (Recipe("contract", "steps"), "patch"),
        (Recipe("contract", "others"), "minor"),
        (Recipe("other", "steps"), "major"),
        (Recipe("other", "others"), "major"),
        (None, "minor"),
    ],
)
def test_the_biggest_change_counts(before, bump):
    assert size(before, Recipe("contract", "steps")) == bump


def made(branch, lock, contract=None):
    if contract:
        branch.contract(contract)
    branch.write("dvc.lock", lock).commit("x")
    return recipe(Repository.at(branch.root), "HEAD")


LOCK = """
schema: '2.0'
stages:
  simulate: {params: {params.yaml: {simulate.seed: 1}}}
  train:
    deps: [{path: data/train.parquet, md5: aa}, {path: src/train.py, md5: bb}]
    params: {params.yaml: {train: {seed: 1}}}
"""


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (("md5: aa", "md5: cc"), True),
        (("simulate.seed: 1", "simulate.seed: 2"), True),
        (("md5: bb", "md5: cc"), False),
        (("{seed: 1}}", "{seed: 2}}"), False),
    ],
)
def test_a_recipe_is_parameters_and_code_and_not_data(branch, change, same):
    assert (made(branch, LOCK).steps == made(branch, LOCK.replace(*change)).steps) is same


def test_a_comment_in_the_contract_is_no_change_of_it(branch):
    before = made(branch, LOCK)
    text = (branch.root / "data/contract.yaml").read_text()
    assert made(branch, LOCK, "# words\n" + text) == before


@pytest.mark.parametrize("lock", ["", "[]", "stages: {train: 1}", "{"])
def test_a_lock_that_cannot_be_read_tells_nothing(branch, lock):
    assert made(branch, lock) is None
