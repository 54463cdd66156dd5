import pytest
from tagged import Tagged, team


@pytest.fixture(scope="session")
def team_keys(tmp_path_factory):
    return team(tmp_path_factory.mktemp("team") / "keys")


@pytest.fixture
def tagged(tmp_path, team_keys):
    """Version 1.0.0, in production by counter 1."""
    (tmp_path / "repository").mkdir()
    return Tagged(tmp_path / "repository", team_keys).start().release("v1.0.0").promote("v1.0.0", counter=1)
