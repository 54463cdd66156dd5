import os

import pytest

from mainstay.refusal import Refusal
from mainstay.serving import slot

FILES = dict.fromkeys(slot.FILES, b"content")
A, B = "a" * 64, "b" * 64


def put(directory, counter, sha256=A, **files):
    placed = slot.place(directory, counter, sha256, FILES | files)
    slot.swap(directory, placed)
    return placed


def test_a_swap_makes_the_slot_current_and_the_one_before_it_previous(tmp_path):
    first, second = put(tmp_path, 1), put(tmp_path, 2, B)
    assert slot.linked(tmp_path, "current") == second
    assert slot.linked(tmp_path, "previous") == first
    assert (tmp_path / "current/model.onnx").read_bytes() == b"content"


def test_links_are_relative_so_that_the_folder_may_be_mounted_elsewhere(tmp_path):
    put(tmp_path / "here", 1)
    (tmp_path / "here").rename(tmp_path / "there")
    assert slot.read_current(tmp_path / "there") == FILES


def test_a_slot_that_is_placed_leads_nobody_to_it(tmp_path):
    first = put(tmp_path, 1)
    slot.place(tmp_path, 2, B, FILES)
    assert slot.linked(tmp_path, "current") == first


def test_a_damaged_slot_is_replaced_beside_and_stays_the_same_promotion(tmp_path):
    first = put(tmp_path, 1)
    again = put(tmp_path, 1)
    assert again.path != first.path and again.counter == first.counter
    assert slot.linked(tmp_path, "current") == again
    assert slot.linked(tmp_path, "previous") is None, "what ran before is no other promotion"


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    put(tmp_path, 1)
    before = sorted(tmp_path.rglob("*"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        slot.place(tmp_path, 2, B, FILES)
    assert sorted(tmp_path.rglob("*")) == before


def test_pruning_keeps_the_newest_the_current_and_the_previous(tmp_path):
    for counter in range(1, 8):
        put(tmp_path, counter)
    slot.swap(tmp_path, slot.slots(tmp_path)[-1])
    slot.prune(tmp_path, keep=3)
    assert [s.counter for s in slot.slots(tmp_path)] == [7, 6, 5, 1]


def test_pruning_removes_what_a_killed_run_left_and_nothing_of_anybody_else(tmp_path):
    put(tmp_path, 1)
    (tmp_path / "releases/.incoming.77").mkdir()
    (tmp_path / ".current.77").symlink_to("nowhere")
    (tmp_path / "releases/notes").mkdir()
    slot.prune(tmp_path, keep=1)
    assert sorted(p.name for p in (tmp_path / "releases").iterdir()) == [f"1-{A}", "notes"]
    assert not (tmp_path / ".current.77").is_symlink()


@pytest.mark.parametrize("name", ["", "7", f"0-{A}", f"-1-{A}", f"7-{A[:-1]}", f"7-{A}x", f"7-{A.upper()}", "../7"])
def test_a_folder_of_another_name_is_no_slot(tmp_path, name):
    assert slot.Slot.at(tmp_path / name) is None


def test_reading_where_nothing_is_current_says_what_to_do(tmp_path):
    with pytest.raises(Refusal, match=r"current: leads to no release; run `mainstay sync`"):
        slot.read_current(tmp_path)


def test_a_missing_file_of_the_current_slot_is_named(tmp_path):
    placed = put(tmp_path, 1)
    (placed.path / "manifest.json").unlink()
    with pytest.raises(Refusal, match=r"manifest.json: cannot be read: No such file"):
        slot.read_current(tmp_path)
