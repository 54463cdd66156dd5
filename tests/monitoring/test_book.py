import datetime

import msgspec
import pytest
from watched import FLOORS, WATCH, made

from mainstay.monitoring.book import Book, Told, read, with_told, write
from mainstay.monitoring.look import look
from mainstay.monitoring.memory import begun
from mainstay.refusal import Refusal

NOW, THEN = datetime.date(2024, 3, 1), datetime.date(2024, 2, 1)


def told(day=NOW, release="v2.0.0", why="quiet"):
    return Told(as_of=day, release=release, action="nothing", condition="quiet", status="green", why=why, to=None)


@pytest.fixture
def book():
    import numpy as np

    memory = look(begun(1, "v2.0.0", "v1.0.0"), [made(np.random.default_rng(0), 0)], FLOORS, WATCH)
    return with_told(Book(memory), told())


def test_it_comes_back_as_it_was_and_writing_it_again_changes_no_byte(book, tmp_path):
    path = tmp_path / "state.json"
    write(book, path)
    before = path.read_bytes()
    assert read(path) == book
    write(read(path), path)
    assert path.read_bytes() == before


def test_where_there_is_none_it_is_empty(tmp_path):
    assert read(tmp_path / "state.json") == Book()


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b'{"memory": 3}', b"\xff"])
def test_one_that_cannot_be_read_is_refused_and_not_begun_anew(tmp_path, spoilt):
    path = tmp_path / "state.json"
    path.write_bytes(spoilt)
    with pytest.raises(Refusal, match=r"state\.json"):
        read(path)
    assert path.read_bytes() == spoilt


def test_a_torn_one_is_refused(book, tmp_path):
    path = tmp_path / "state.json"
    path.write_bytes(msgspec.json.encode(book)[:-10])
    with pytest.raises(Refusal):
        read(path)


def test_a_decision_stands_in_for_the_one_of_its_day_and_others_stay_in_order():
    book = with_told(with_told(with_told(Book(), told(NOW)), told(THEN)), told(NOW, why="changed"))
    assert [(t.as_of, t.why) for t in book.told] == [(THEN, "quiet"), (NOW, "changed")]
