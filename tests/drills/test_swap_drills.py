"""Drill 40 as far as the syncer goes: a thousand promotions and rollbacks, with somebody reading all the while."""

import hashlib
import json
import multiprocessing
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from shipyard import Shipyard

from mainstay.serving import slot

SWAPS, WARM_UP = 1000, 100
FLAT_BYTES = 10_000_000


def read_on(directory, releases, stop, answers):
    """Reads until told to stop: through our reader, and as any program would; counts what is no whole release."""
    reads, wrong, seen = 0, [], set()
    while not stop.is_set():
        try:
            files = slot.read_current(directory)
            version = releases[hashlib.sha256(files[slot.MODEL]).hexdigest()]
            whole = all(f'"release":"{version}"'.encode() in files[n] for n in (slot.MANIFEST, slot.PROMOTION))
            plain = hashlib.sha256((directory / "current/model.onnx").read_bytes()).hexdigest() in releases
            reads += 1
            seen.add(version)
            if not (whole and plain):
                wrong.append("a mix")
        except Exception as error:
            wrong.append(repr(error))
    answers.put((reads, wrong[:5], seen))


def memory_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def swap_on(scratch):
    """Reads, what was wrong with them, the releases seen; memory (bytes) after each swap; how many slots are left."""
    yard = Shipyard(scratch)
    versions = ("v1.0.0", "v1.1.0")
    releases = {
        hashlib.sha256(yard.release(version, level)).hexdigest(): version
        for version, level in zip(versions, (1.0, 2.0), strict=True)
    }
    follower, used = yard.follower(), []
    for version in versions:
        yard.promote(version)
        assert follower.poll().release == version
    stop, answers = multiprocessing.Event(), multiprocessing.Queue()
    reader = multiprocessing.Process(target=read_on, args=(yard.slots, releases, stop, answers))
    reader.start()
    for n in range(SWAPS):
        version = versions[n % 2]
        yard.rollback(version)
        told = follower.poll()
        assert (told.says, told.release, told.counter) == ("current", version, n + 3)
        used.append(memory_bytes())
    stop.set()
    reads, wrong, seen = answers.get(timeout=30)
    reader.join()
    return reads, wrong, sorted(seen), used, len(slot.slots(yard.slots))


@pytest.mark.slow
def test_40_a_thousand_swaps_show_no_reader_a_mixed_or_missing_model_and_leave_memory_flat(tmp_path):
    # in a process of its own: that of the tests holds what two thousand tests before it have left
    apart = [sys.executable, __file__, str(tmp_path)]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run(apart, stdout=subprocess.PIPE, check=True, env=variables).stdout
    reads, wrong, seen, used, slots = json.loads(told)
    grown = used[SWAPS - 1] - used[WARM_UP - 1]
    print(f"{SWAPS} swaps, {reads} reads, memory grew by {grown / 1e6:.1f} MB after the first {WARM_UP}")
    assert wrong == [] and seen == ["v1.0.0", "v1.1.0"] and reads > SWAPS
    assert grown < FLAT_BYTES
    assert slots <= 7


if __name__ == "__main__":
    print(json.dumps(swap_on(Path(sys.argv[1]))))
