import pytest

from mainstay.refusal import Refusal
from mainstay.serving import state
from mainstay.serving.state import State


def test_what_was_seen_survives(tmp_path):
    seen = State().saw(3, {"churn#production#3": "abc"}).saw(7, {"churn#production#7": "def"})
    state.save(seen, tmp_path)
    assert state.load(tmp_path) == State(7, {"churn#production#3": "abc", "churn#production#7": "def"})


def test_the_highest_counter_never_falls_and_a_pin_never_changes():
    seen = State(7, {"t": "abc"}).saw(3, {"t": "moved"})
    assert seen == State(7, {"t": "abc"})


def test_a_new_directory_has_seen_nothing(tmp_path):
    assert state.load(tmp_path) == State(0, {})


@pytest.mark.parametrize("text", ["", "{", "[]", '{"highest": -1}', '{"highest": 1.5}', '{"hihgest": 1}', "\xff"])
def test_a_state_that_cannot_be_read_is_refused_since_without_it_the_past_could_be_replayed(tmp_path, text):
    (tmp_path / "state.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(Refusal, match=r"state.json: cannot be read.* replayed"):
        state.load(tmp_path)
