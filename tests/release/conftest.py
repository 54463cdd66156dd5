"""A repository whose default branch has a model, and a branch that is about to bring another."""

import pytest
from branches import Branches, model
from shop import Shop

from mainstay.trust import keys
from mainstay.trust.signers import ROLES

SITES = tuple(f"promote-site-{n}" for n in range(8))


@pytest.fixture
def empty(tmp_path):
    """A default branch on which no model was ever made."""
    return Branches(tmp_path).start()


@pytest.fixture
def branch(empty):
    return empty.make(model()).commit("First model").switch("better")


@pytest.fixture(scope="session")
def team_keys(tmp_path_factory):
    return keys.make(tmp_path_factory.mktemp("team") / "keys", roles=(*ROLES, *SITES))


@pytest.fixture(scope="session")
def shops(tmp_path_factory, team_keys):
    """By name: `new`; `released`, v1.0.0 of it; `shipped`, v1.0.0 and then v1.0.1 in production."""
    new = Shop(tmp_path_factory.mktemp("shops") / "new", team_keys).start()
    released = new.copy(new.root.with_name("released"))
    released.release()
    shipped = released.copy(new.root.with_name("shipped")).ship("v1.0.0").better("second")
    shipped.release()
    return {"new": new, "released": released, "shipped": shipped.ship("v1.0.1")}


@pytest.fixture
def shop(shops, tmp_path):
    return shops["new"].copy(tmp_path / "shop")


@pytest.fixture
def released(shops, tmp_path):
    return shops["released"].copy(tmp_path / "shop")


@pytest.fixture
def shipped(shops, tmp_path):
    return shops["shipped"].copy(tmp_path / "shop")
