import socket

import pytest

from mainstay.laptop import ports
from mainstay.refusal import Refusal


@pytest.fixture
def taken():
    with socket.socket() as own:
        own.bind((ports.HOST, 0))
        own.listen()
        yield own.getsockname()[1]


@pytest.fixture
def free():
    with socket.socket() as own:
        own.bind((ports.HOST, 0))
        return own.getsockname()[1]


def test_the_usual_port_is_taken_where_it_is_free_and_kept(free, taken, tmp_path):
    assert ports.port(None, free, tmp_path / "a/port") == free
    assert ports.port(None, taken, tmp_path / "a/port") == free


def test_another_one_where_it_is_not(taken, tmp_path):
    found = ports.port(None, taken, tmp_path / "port")
    assert found != taken and ports.free(found)
    assert (tmp_path / "port").read_text() == f"{found}\n"


def test_one_that_was_asked_for_is_the_one_or_none(free, taken, tmp_path):
    assert ports.port(free, 8080, tmp_path / "port") == free
    with pytest.raises(Refusal, match=f"port {taken}: is taken"):
        ports.port(taken, 8080, tmp_path / "port")
