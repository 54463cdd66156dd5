import json

import pytest
from shipped import model

from mainstay.refusal import Refusal
from mainstay.serving import promotion, slot
from mainstay.serving.promotion import Root
from mainstay.trust import signers
from mainstay.trust.tags import Assignment

TOLERANCE = 1e-6


def test_promotions_below_the_highest_counter_are_not_even_looked_at():
    names = [
        "churn#production#2",
        "churn#production#10",
        "churn#staging#11",
        "churn@v1.0.0",
        "churn#production!#12",
        "x",
    ]
    found = promotion.from_highest(names, "production", 3)
    assert found == [Assignment("production", 10)]
    assert [a.counter for a in promotion.from_highest(names, "production", 0)] == [10, 2]


def test_tags_that_moved_or_went_are_told_and_new_ones_are_not():
    pins = {"churn@v1.0.0": "a" * 40, "churn#production#1": "b" * 40, "churn#production#2": "c" * 40}
    refs = {"churn@v1.0.0": "a" * 40, "churn#production#1": "d" * 40, "churn#production#3": "e" * 40}
    told = [str(fault) for fault in promotion.altered(refs, pins)]
    assert [line.split(";")[0] for line in told] == [
        "churn#production#1: was bbbbbbbbbb, is dddddddddd",
        "churn#production#2: was cccccccccc, is gone",
    ]


@pytest.fixture
def root(yard):
    yard.data = yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    return Root(signers.load(yard.keys.allowed_signers), {})


def test_a_slot_is_verified_from_its_own_files(yard, root):
    promoted = root.promoted(Assignment("production", 1), yard.raw, 0)
    own = slot.place(yard.slots, 1, promotion.wanted(promoted).sha256, promotion.files(promoted, yard.data))
    assert root.kept(own, "production", TOLERANCE) == promoted
    with pytest.raises(Refusal, match="churn#staging#1"):
        root.kept(own, "staging", TOLERANCE)


@pytest.mark.parametrize("name", ["manifest.json", "promotion.json", "model.onnx", "channel.tag", "release.tag"])
def test_a_slot_in_which_any_file_was_changed_is_refused(yard, root, name):
    promoted = root.promoted(Assignment("production", 1), yard.raw, 0)
    files = promotion.files(promoted, yard.data)
    other = model(2.0) if name == "model.onnx" else files[name].replace(b"v1.0.0", b"v1.0.9")
    own = slot.place(yard.slots, 1, promotion.wanted(promoted).sha256, files | {name: other})
    with pytest.raises(Refusal):
        root.kept(own, "production", TOLERANCE)


def test_the_promotion_of_the_highest_counter_may_be_tried_again_and_no_older_one(yard, root):
    assert root.promoted(Assignment("production", 1), yard.raw, 1).promotion.counter == 1
    with pytest.raises(Refusal, match="replayed"):
        root.promoted(Assignment("production", 1), yard.raw, 2)


def test_what_a_slot_holds_is_plain_json_beside_the_model(yard, root):
    files = promotion.files(root.promoted(Assignment("production", 1), yard.raw, 0), yard.data)
    assert json.loads(files["manifest.json"])["release"] == json.loads(files["promotion.json"])["release"] == "v1.0.0"
