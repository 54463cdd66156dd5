import asyncio

import msgspec
from held import DIGESTS, LIMITS, current
from servers import place

from mainstay.serving import slot
from mainstay.serving.current import Current


def spoiled(folder, version, counter):
    own = place(folder / "slots", version, level=float(counter), counter=counter, current=False)
    (own.path / slot.MODEL).write_bytes(b"no model")
    slot.swap(folder / "slots", own)
    return own


def test_it_takes_what_the_link_leads_to_and_keeps_the_one_before(tmp_path):
    said = []
    place(tmp_path / "slots", "v1.0.0")
    own = current(tmp_path, said=said)
    assert (own.loaded.release, own.previous, said) == ("v1.0.0", None, [])
    place(tmp_path / "slots", "v1.1.0", level=2.0, counter=2)
    own.look()
    assert (own.loaded.release, own.previous.release, own.swaps) == ("v1.1.0", "v1.0.0", 2)
    assert said == ["serving v1.1.0 (#2), before it v1.0.0"]
    own.look()
    assert own.swaps == 2


def test_going_back_takes_the_model_that_is_still_loaded(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    own = current(tmp_path)
    first = own.loaded.model
    for counter, (version, level) in enumerate((("v1.1.0", 2.0), ("v1.0.0", 1.0)), start=2):
        place(tmp_path / "slots", version, level=level, counter=counter)
        own.look()
    assert own.loaded.model is first and own.loaded.slot.counter == 3


def test_what_does_not_hold_leaves_what_runs_and_is_told_once_in_a_while(tmp_path):
    said = []
    place(tmp_path / "slots", "v1.0.0")
    own = current(tmp_path, said=said)
    spoiled(tmp_path, "v1.1.0", 2)
    for _ in range(LIMITS.retry_polls + 1):
        own.look()
        assert own.loaded.release == "v1.0.0" and "model.onnx: has 8 bytes" in own.fault
    assert own.refusals == len(said) == 1 and said[0].endswith("; v1.0.0 goes on")
    own.look()
    assert own.refusals == 2


def test_a_fault_is_over_once_the_link_leads_to_what_holds(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    own = current(tmp_path)
    old = slot.linked(tmp_path / "slots", slot.CURRENT)
    spoiled(tmp_path, "v1.1.0", 2)
    own.look()
    assert own.fault
    slot.swap(tmp_path / "slots", old)
    own.look()
    assert own.fault is None and own.swaps == 1


def test_at_a_cold_start_nothing_that_does_not_hold_is_served(tmp_path):
    spoiled(tmp_path, "v1.0.0", 1)
    own = current(tmp_path)
    assert own.loaded is None and "model.onnx" in own.fault
    assert current(tmp_path / "nowhere").loaded is None


def test_it_follows_by_itself(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    own = Current(tmp_path / "slots", DIGESTS, msgspec.structs.replace(LIMITS, poll_s=0.01), print)

    async def follow():
        following = asyncio.create_task(own.follow())
        for counter, version in ((1, "v1.0.0"), (2, "v1.1.0")):
            if counter == 2:
                place(tmp_path / "slots", version, level=2.0, counter=2)
            async with asyncio.timeout(20):
                while not own.loaded or own.loaded.release != version:
                    await asyncio.sleep(0.01)
        following.cancel()

    asyncio.run(follow())
    assert own.previous.release == "v1.0.0"
