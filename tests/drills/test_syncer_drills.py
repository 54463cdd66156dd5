"""Faults of releases as a syncer meets them: what ran goes on running, and one line says why. By the drill's number."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time

import pytest
from shipped import digests, golden, model
from shipyard import Shipyard

from mainstay.serving import durable, slot


@pytest.fixture
def yard(tmp_path):
    """v1.0.0 runs in production; v1.1.0 is released and not promoted."""
    yard = Shipyard(tmp_path)
    yard.first, yard.second = yard.release("v1.0.0", 1.0), yard.release("v1.1.0", 2.0)
    yard.promote("v1.0.0")
    assert yard.follower().poll().says == "current"
    return yard


def kept(yard, *told: str, says: str = "refused"):
    """v1.0.0 goes on running, whether the syncer saw it before or starts anew, and the status says why."""
    for status in (yard.follower().poll(), yard.follower().poll()):
        assert (status.says, status.release, status.counter, status.exit_code) == (says, "v1.0.0", 1, 1)
        assert len(status.line.splitlines()) == 1
        for text in told:
            assert text in status.line
        assert slot.read_current(yard.slots)[slot.MODEL] == yard.first == yard.running()


def killed(yard, step: int) -> bool:
    """A poll in a process that is killed before a step; False where it ended before there were so many."""
    child = os.fork()
    if child == 0:
        steps = itertools.count(1)
        for module, name in ((durable, "write"), (durable, "link"), (durable, "flush_folder"), (slot, "prune")):
            setattr(module, name, _deadly(getattr(module, name), steps, step))
        yard.follower().poll()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _deadly(inner, steps, step):
    def call(*arguments, **named):
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        inner(*arguments, **named)

    return call


def test_29_killed_at_any_step_of_a_swap_leaves_the_old_or_the_new_and_the_next_run_ends_it(yard):
    yard.promote("v1.1.0")
    steps, seen = 0, set()
    while killed(yard, steps := steps + 1):
        found = slot.read_current(yard.slots)
        name = {yard.first: "v1.0.0", yard.second: "v1.1.0"}[found[slot.MODEL]]
        assert f'"release":"{name}"'.encode() in found[slot.MANIFEST]
        assert f'"release":"{name}"'.encode() in found[slot.PROMOTION]
        seen.add(name)
        if name == "v1.1.0":
            assert yard.follower().poll().release == "v1.1.0"
            yard.rollback("v1.0.0")
            assert yard.follower().poll().release == "v1.0.0"
            yard.promote("v1.1.0")
    assert seen == {"v1.0.0", "v1.1.0"} and steps > 8
    assert yard.follower().poll().release == "v1.1.0"
    left = [p.name for p in (*yard.slots.iterdir(), *(yard.slots / "releases").iterdir()) if p.name.startswith(".")]
    assert [name for name in left if not name.startswith(".tags.")] == []


def test_30_a_disk_that_is_full_while_downloading_keeps_the_old(yard):
    yard.promote("v1.1.0")
    code = (
        "import resource, sys; from pathlib import Path; from mainstay.serving import sync;"
        f"follow = sync.follow(Path('params.yaml'), repository={str(yard.origin)!r}, channel='production', remote=None,"
        f"directory=Path({str(yard.slots)!r}), allowed_signers=Path({str(yard.keys.allowed_signers)!r}));"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (%d, %d));"
        "s = sync.once(follow); print(s.line); sys.exit(s.exit_code)"
    ) % ((len(yard.second) - 1,) * 2)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "production: failed: runs v1.0.0 (#1): " in done.stdout and "File too large; what runs stays" in done.stdout
    assert yard.running() == yard.first
    assert yard.follower().poll().release == "v1.1.0", "with room again, it goes on by itself"


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:-1] + bytes([d[-1] ^ 1]), lambda d: d[: len(d) // 2], lambda d: d + b"\0"]
)
def test_31_a_corrupt_model_in_the_remote_is_refused(yard, spoil):
    yard.store(spoil(yard.second), named=yard.second)
    yard.promote("v1.1.0")
    kept(
        yard, "v1.1.0: no model: ", "files/md5/", "wanted" if len(spoil(yard.second)) != len(yard.second) else "sha256"
    )


def test_31_a_model_that_rotted_on_this_disk_is_seen_at_the_next_start_and_fetched_again(yard):
    path = slot.linked(yard.slots, "current").path / "model.onnx"
    path.write_bytes(yard.first[:-1] + b"!")
    told = yard.follower().poll()
    assert "model.onnx has sha256" in told.why and told.release == "v1.0.0"
    assert yard.running() == yard.first
    assert yard.follower().poll().says == "current"


def test_32_a_model_that_was_put_in_place_with_new_digests_but_no_signature_is_refused(yard):
    evil = model(9.0)
    yard.store(evil)
    manifest = yard.manifest("v1.2.0", evil)
    yard.git(yard.work, "tag", "-a", "-m", "v1.2.0", "churn@v1.2.0", manifest.commit)
    from mainstay.trust.manifest import Promotion, message

    promotion = Promotion(
        kind="promote", channel="production", counter=2, release="v1.2.0", tag="0" * 40, why="evil", by="eve"
    )
    name = "churn#production#2"
    yard.git(yard.work, "tag", "-a", "--cleanup=verbatim", "-m", message(promotion), name, manifest.commit)
    yard.push("churn@v1.2.0", name)
    kept(yard, "churn#production#2: is not signed")


def test_33_a_signed_older_promotion_is_not_taken_again(yard):
    yard.promote("v1.1.0")
    assert yard.follower().poll().release == "v1.1.0"
    yard.git(yard.origin, "update-ref", "-d", "refs/tags/churn#production#2")
    told = yard.follower().poll()
    assert (told.says, told.release) == ("refused", "v1.1.0") and "churn#production#2: was" in told.why
    yard.move("churn#production#3", "churn#production#1")
    told = yard.follower().poll()
    assert (told.says, told.release) == ("refused", "v1.1.0")
    assert "the tag under this name is 'churn#production#1'" in told.why
    assert yard.running() == yard.second


def test_34_an_object_that_is_missing_in_the_remote_is_waited_for(yard):
    path = yard.store(yard.second)
    path.rename(yard.root / "aside")
    yard.promote("v1.1.0")
    kept(yard, "v1.1.0: no model: ", "is not there (yet)", says="waiting")
    (yard.root / "aside").rename(path)
    assert yard.follower().poll().release == "v1.1.0"


def test_35_with_git_and_the_remote_down_a_cold_start_serves_the_last_verified_copy(yard):
    yard.origin.rename(yard.root / "away.git")
    yard.remote.rename(yard.root / "away")
    told = yard.follower().poll()
    assert (told.says, told.release, told.verified, told.exit_code) == ("unreachable", "v1.0.0", True, 1)
    assert yard.running() == yard.first


def test_35_a_copy_that_does_not_hold_is_told_at_a_cold_start_with_everything_down(yard):
    yard.origin.rename(yard.root / "away.git")
    (slot.linked(yard.slots, "current").path / "model.onnx").write_bytes(yard.second)
    told = yard.follower().poll()
    assert (told.says, told.release, told.verified) == ("refused", None, False)


def test_35_git_that_is_away_is_asked_less_and_less_often(yard):
    yard.origin.rename(yard.root / "away.git")
    import msgspec
    from shipyard import LIMITS

    follower = yard.follower(limits=msgspec.structs.replace(LIMITS, poll_s=5.0, max_backoff_s=60.0))
    assert [follower.poll().next_try_s for _ in range(6)] == [5, 10, 20, 40, 60, 60]
    (yard.root / "away.git").rename(yard.origin)
    assert follower.poll().next_try_s == 5


@pytest.mark.parametrize("day", ["2001-01-01 00:00:00 +0000", "2037-01-01 00:00:00 +0000"])
def test_36_taggers_clocks_that_are_off_change_nothing(yard, day, monkeypatch):
    stamp = {"2001": 978307200, "2037": 2114380800}[day[:4]]
    from mainstay.trust import signing

    inner = signing.sign
    monkeypatch.setattr(signing, "sign", lambda *a, epoch_s, **k: inner(*a, epoch_s=stamp, **k))
    yard.promote("v1.1.0")
    assert yard.follower().poll().release == "v1.1.0"
    yard.rollback("v1.0.0")
    assert yard.follower().poll().release == "v1.0.0"


def test_36_the_clock_of_this_machine_is_never_asked(yard, monkeypatch):
    def asked(*_):
        raise AssertionError("the clock was asked")

    for name in ("time", "time_ns", "gmtime", "localtime"):
        monkeypatch.setattr(time, name, asked)
    yard.promote("v1.1.0")
    with contextlib.suppress(AssertionError):
        time.time()
    assert yard.follower().poll().release == "v1.1.0"


def test_38_a_model_that_loads_but_fails_its_golden_rows_is_not_swapped_in(yard):
    from mainstay.trust.manifest import Golden

    rows = [Golden(row=row, score=score) for row, score in golden(model(3.01))]
    yard.release("v1.2.0", 3.0, golden=rows)
    yard.promote("v1.2.0")
    kept(yard, "v1.2.0: golden row 1 scores ", " when it was released")


def test_38_signed_bytes_that_are_no_model_are_not_swapped_in(yard):
    from mainstay.trust.manifest import File

    junk = b"no model" * 100
    yard.store(junk)
    yard.release("v1.2.0", 3.0, model=File(path="data/model.onnx", **digests(junk)))
    yard.promote("v1.2.0")
    kept(yard, "v1.2.0: not an ONNX model")


def test_47_a_promotion_that_was_moved_by_force_is_an_alarm_and_the_old_is_kept(yard):
    yard.git(yard.work, "tag", "--delete", "churn#production#1")
    yard.counter, before = 0, dict(yard.earlier)
    with contextlib.suppress(AssertionError):
        yard.promote("v1.1.0")  # signed by who may, under a name that was taken
    yard.push("churn#production#1", force=True)
    yard.earlier = before
    kept(yard, "churn#production#1: was ", "somebody moved, deleted or hides it")


def test_47_a_release_that_was_moved_by_force_is_an_alarm_and_the_old_is_kept(yard):
    yard.move("churn@v1.0.0", "churn@v1.1.0")
    kept(yard, "churn@v1.0.0: was ", "somebody moved, deleted or hides it")


def test_50_a_tag_that_is_seen_before_its_objects_is_waited_for(yard):
    objects = {p for p in (yard.origin / "objects").rglob("*") if p.is_file()}
    yard.promote("v1.1.0")
    late = [p for p in (yard.origin / "objects").rglob("*") if p.is_file() and p not in objects]
    assert late
    for path in late:
        path.rename(path.with_name(f"{path.name}.late"))
    kept(yard, "churn#production#2: cannot be fetched (yet)", says="waiting")
    for path in late:
        path.with_name(f"{path.name}.late").rename(path)
    assert yard.follower().poll().release == "v1.1.0"


def test_by_trying_a_release_signed_by_the_wrong_role_is_refused(yard):
    yard.release("v1.2.0", 3.0, role="promote-production")
    yard.promote("v1.2.0")
    kept(yard, "churn@v1.2.0: is signed by promote-production@example.org, wanted release")


def test_by_trying_a_list_of_signers_that_a_commit_brings_along_is_not_read(yard):
    from mainstay.trust import keys

    own = keys.make(yard.root / "evil", "example.org")
    (yard.work / "allowed_signers").write_text(own.allowed_signers.read_text())
    yard.git(yard.work, "config", "gpg.ssh.allowedSignersFile", str(own.allowed_signers))
    yard.keys, trusted = own, yard.keys
    yard.release("v1.2.0", 3.0)
    yard.promote("v1.2.0")
    yard.keys = trusted
    kept(yard, "is signed by a key that", "does not list")


def test_by_trying_a_rollback_to_what_was_never_in_the_channel_is_refused(yard):
    from mainstay.trust.manifest import Earlier

    never = Earlier(counter=1, tag=yard.id("churn#production#1"))
    yard.promote("v1.1.0", kind="rollback", earlier=never)
    kept(yard, "only what was there can be gone back to")


def test_by_trying_two_syncers_never_share_a_directory(yard):
    from mainstay.refusal import Refusal
    from mainstay.serving import sync

    with sync._alone(yard.follow()), pytest.raises(Refusal, match="another syncer keeps it"):
        sync.once(yard.follow())


def test_by_trying_a_lost_state_is_found_again_from_what_runs(yard):
    yard.promote("v1.1.0")
    yard.follower().poll()
    (yard.slots / "state.json").unlink()
    yard.git(yard.origin, "update-ref", "-d", "refs/tags/churn#production#2")
    told = yard.follower().poll()
    assert (told.says, told.release) == ("refused", "v1.1.0")
