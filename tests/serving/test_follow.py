import json

from mainstay.serving import slot


def test_a_promotion_is_fetched_verified_and_swapped_in(yard):
    data = yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    told = yard.follower().poll()
    assert (told.says, told.why, told.release, told.counter) == ("current", None, "v1.0.0", 1)
    assert yard.running() == data
    assert json.loads((yard.slots / "current/manifest.json").read_text())["release"] == "v1.0.0"
    wanted = [*slot.FILES, slot.CHANNEL_TAG, slot.RELEASE_TAG]
    assert sorted(p.name for p in (yard.slots / "current").iterdir()) == sorted(wanted)


def test_the_next_promotion_keeps_the_one_before_as_previous(yard):
    first, second = yard.release("v1.0.0", 1.0), yard.release("v1.1.0", 2.0)
    follower = yard.follower()
    yard.promote("v1.0.0")
    follower.poll()
    yard.promote("v1.1.0")
    assert follower.poll().release == "v1.1.0"
    assert yard.running() == second
    assert (yard.slots / "previous/model.onnx").read_bytes() == first


def test_a_rollback_needs_no_remote(yard):
    first = yard.release("v1.0.0", 1.0)
    yard.release("v1.1.0", 2.0)
    follower = yard.follower()
    for version in ("v1.0.0", "v1.1.0"):
        yard.promote(version)
        follower.poll()
    yard.remote.rename(yard.root / "gone")
    yard.rollback("v1.0.0")
    told = follower.poll()
    assert (told.says, told.release, told.counter) == ("current", "v1.0.0", 3)
    assert yard.running() == first


def test_a_channel_of_its_own_is_all_that_is_followed(yard):
    yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0", "staging")
    told = yard.follower().poll()
    assert (told.says, told.release, told.exit_code) == ("empty", None, 1)
    assert yard.follower(channel="staging", directory=yard.root / "other").poll().says == "current"


def test_nothing_new_changes_nothing(yard):
    yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    follower = yard.follower()
    follower.poll()
    before = slot.linked(yard.slots, "current"), (yard.slots / "state.json").stat().st_mtime_ns
    assert follower.poll().says == yard.follower().poll().says == "current"
    assert (slot.linked(yard.slots, "current"), (yard.slots / "state.json").stat().st_mtime_ns) == before


def test_an_invalid_tag_above_does_not_keep_a_valid_one_from_being_obeyed(yard):
    yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    yard.promote("v1.0.0", role="release")
    told = yard.follower().poll()
    assert (told.says, told.release, told.counter) == ("refused", "v1.0.0", 1)
    assert "churn#production#2: is signed by release@example.org, wanted promote-production" in told.why


def test_another_remote_may_be_named(yard):
    data = yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    yard.remote.rename(yard.root / "mirror")
    assert yard.follower().poll().says == "waiting"
    assert yard.follower(remote=f"file://{yard.root}/mirror").poll().says == "current"
    assert yard.running() == data


def test_a_list_of_signers_that_changed_is_held_against_what_runs(yard):
    yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    follower = yard.follower()
    assert follower.poll().verified
    listed = yard.keys.allowed_signers.read_text().splitlines(keepends=True)
    yard.keys.allowed_signers.write_text("".join(line for line in listed if not line.startswith("release@")))
    told = follower.poll()
    assert (told.says, told.release, told.verified, told.counter) == ("refused", None, False, 1)
    assert "does not list" in told.why and (yard.slots / "current").exists()
    yard.keys.allowed_signers.write_text("".join(listed))
    assert follower.poll().says == "current"


def test_a_lost_list_of_signers_is_no_reason_to_stop_serving_and_none_to_swap(yard):
    yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    follower = yard.follower()
    follower.poll()
    yard.release("v1.1.0", 2.0)
    yard.promote("v1.1.0")
    yard.keys.allowed_signers.unlink()
    told = follower.poll()
    assert told.says == "refused" and told.counter == 1 and "allowed_signers: cannot be read" in told.why


def test_a_rollback_is_verified_again_from_disk_with_the_promotion_that_it_goes_back_to(yard):
    for version, level in (("v1.0.0", 1.0), ("v1.1.0", 2.0)):
        yard.release(version, level)
        yard.promote(version)
    yard.rollback("v1.0.0")
    assert yard.follower().poll().counter == 3
    assert yard.follower().poll().says == "current"
    (yard.slots / "current/earlier.tag").unlink()
    told = yard.follower().poll()
    assert "earlier.tag: cannot be read" in told.why and told.release == "v1.0.0"
    assert yard.follower().poll().says == "current", "it was fetched again"
