import os

import pytest

from mainstay.serving import durable


def test_a_file_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    durable.write(path, b"before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        durable.write(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_even_where_a_killed_run_left_its_half_done_one(tmp_path):
    (tmp_path / f".current.{os.getpid()}").symlink_to("left behind")
    durable.link(tmp_path / "current", "one")
    durable.link(tmp_path / "current", "two")
    assert (tmp_path / "current").readlink().name == "two"
    assert [p.name for p in tmp_path.iterdir()] == ["current"]
