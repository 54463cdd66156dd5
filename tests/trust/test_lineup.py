import pytest

from mainstay.refusal import Refusal
from mainstay.trust.lineup import FILE, Lineup, Served, encode, read, read_model

SERVED = Served(counter=2, release="v1.0.0", kind="promote", why="it is better", by="ann", at="2026-03-01T10:00:00Z")
LINEUP = Lineup(channel="production", current="v1.0.0", previous=None, history=[SERVED])


def test_what_is_written_is_read(tmp_path):
    (tmp_path / FILE).write_bytes(encode(LINEUP))
    assert read(tmp_path) == LINEUP and LINEUP.releases == ["v1.0.0"]


@pytest.mark.parametrize("text", ["", "{}", "[" * 100_000, encode(LINEUP).decode().replace("counter", "number")])
def test_anything_else_is_refused_with_what_to_do(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(Refusal, match="run `mainstay lineup` again"):
        read(tmp_path)


def test_without_a_folder_it_says_what_makes_one(tmp_path):
    with pytest.raises(Refusal, match="run `mainstay lineup` first"):
        read(tmp_path / "none")
    with pytest.raises(Refusal, match="run `mainstay lineup` first"):
        read_model(tmp_path, "v1.0.0")
