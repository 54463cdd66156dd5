import pytest

from mainstay.release import channels
from mainstay.release.channels import Event
from mainstay.trust.manifest import Promotion


def served(*steps, channel="production"):
    """`v1 v2 <v1`: promoted, promoted, gone back."""
    made = []
    for counter, step in enumerate(steps, start=1):
        kind, version = ("rollback", step[1:]) if step.startswith("<") else ("promote", step)
        release = f"{version}.0.0"
        content = Promotion(
            kind=kind, channel=channel, counter=counter, release=release, tag="a" * 40, why="why", by="by"
        )
        made.append(Event(content, "b" * 40, "signer", counter))
    return made


@pytest.mark.parametrize(
    ("steps", "to"),
    [
        ("", None),
        ("v1", None),
        ("v1 v2", "v1"),
        ("v1 v2 v3", "v2"),
        ("v1 v2 <v1", None),
        ("v1 v2 v3 <v2", "v1"),
        ("v1 v2 v3 <v1", "v2"),
        ("v1 v2 <v1 v2", "v1"),
        ("v1 v2 <v1 v3", "v1"),
        ("v1 v2 v1", "v2"),
    ],
)
def test_it_goes_back_to_the_last_release_that_was_not_gone_back_from(steps, to):
    assert channels.previous(served(*steps.split()), None) == (f"{to}.0.0" if to else None)


def test_it_goes_back_to_what_was_accepted_only():
    history = served("v1", "v2", "v3")
    assert channels.previous(history, {"v1.0.0", "v3.0.0"}) == "v1.0.0"
    assert channels.previous(history, set()) is None


def test_what_was_promoted_anew_is_no_longer_bad():
    assert channels.gone_back_from(served("v1", "v2", "<v1")) == {"v2.0.0"}
    assert channels.gone_back_from(served("v1", "v2", "<v1", "v2")) == set()


def test_the_highest_counter_serves_in_whatever_order_they_come():
    events = served("v1", "v2") + served("v9", channel="staging")
    assert channels.serving(reversed(events), "production").promotion.release == "v2.0.0"
    assert channels.serving(events, "nowhere") is None


def test_a_rollback_is_no_proof_that_a_release_was_brought_there():
    history = served("v1", "v2", "<v1")
    assert channels.promotion_of(history, "v1.0.0").promotion.counter == 1
    assert channels.promotion_of(served("<v3"), "v3.0.0") is None
