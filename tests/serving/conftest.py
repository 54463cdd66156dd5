"""Tests of serving share one shipyard."""

import pytest
from shipyard import Shipyard


@pytest.fixture
def yard(tmp_path):
    """A team that has released nothing yet."""
    return Shipyard(tmp_path)
