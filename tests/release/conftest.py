"""A repository whose default branch has a model, and a branch that is about to bring another."""

import pytest
from branches import Branches, model


@pytest.fixture
def empty(tmp_path):
    """A default branch on which no model was ever made."""
    return Branches(tmp_path).start()


@pytest.fixture
def branch(empty):
    return empty.make(model()).commit("First model").switch("better")
