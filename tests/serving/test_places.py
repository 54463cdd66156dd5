import pytest

from mainstay.refusal import Refusal
from mainstay.serving import promotion, slot
from mainstay.serving.places import Places
from mainstay.trust import signers, verify
from mainstay.trust.fetch import NotThere

TIMEOUT_S = 30


@pytest.fixture
def promoted(yard):
    """v1.0.0, released and promoted."""
    yard.data = yard.release("v1.0.0", 1.0)
    yard.promote("v1.0.0")
    return verify.promoted(
        verify.Assignment("production", 1),
        lambda name: yard.raw(name),
        signers.load(yard.keys.allowed_signers),
    )


def config(yard):
    text = (yard.work / ".dvc/config").read_text()
    return lambda commit: text


def places(yard, remote=None):
    return Places(yard.slots, "https://git.example/team/churn", remote, TIMEOUT_S)


def test_the_remote_that_the_releases_own_commit_names_is_asked(yard, promoted):
    asked = []
    found = places(yard).model(promoted, lambda commit: asked.append(commit) or config(yard)(commit))
    assert found == yard.data and asked == [promoted.release.manifest.commit]


def test_a_slot_that_has_the_model_is_enough(yard, promoted):
    slot.place(yard.slots, 1, promotion.wanted(promoted).sha256, promotion.files(promoted, yard.data))
    assert places(yard).model(promoted, lambda commit: None) == yard.data


def test_a_slot_whose_model_rotted_is_passed_over(yard, promoted):
    slot.place(yard.slots, 1, promotion.wanted(promoted).sha256, promotion.files(promoted, b"rotten"))
    assert places(yard).model(promoted, config(yard)) == yard.data


def test_a_remote_that_was_named_is_asked_instead(yard, promoted):
    yard.remote.rename(yard.root / "mirror")
    assert places(yard, str(yard.root / "mirror")).model(promoted, lambda commit: None) == yard.data


def test_a_commit_without_a_remote_says_what_is_needed(yard, promoted):
    with pytest.raises(Refusal, match=r"v1.0.0: no model: .*names no default remote.*--remote URL.*what runs stays"):
        places(yard).model(promoted, lambda commit: None)


def test_a_model_that_is_nowhere_is_waited_for_and_a_wrong_one_is_not(yard, promoted):
    path = yard.store(yard.data)
    path.unlink()
    with pytest.raises(NotThere, match="no model: "):
        places(yard).model(promoted, config(yard))
    path.write_bytes(yard.data[:-1] + b"!")
    with pytest.raises(Refusal, match="sha256") as refusal:
        places(yard).model(promoted, config(yard))
    assert refusal.type is Refusal
