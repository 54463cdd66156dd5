import pytest

from mainstay.refusal import Refusal
from mainstay.trust import tag_object


def test_it_says_what_git_stored(tagged):
    raw = tagged.fetch("churn#production#1")
    tag = tag_object.read(raw, "x")
    assert (tag.name, tag.id) == ("churn#production#1", tagged.id("churn#production#1"))
    assert tag.payload + tag.signature == raw and tag.message.endswith("\n") and tag.epoch_s == 1_700_000_001


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((b"type commit", b"type tree"), "no annotated tag of a commit"),
        ((b"object ", b"object x"), "no annotated tag of a commit"),
        ((b"tagger ", b"extra y\ntagger "), "no annotated tag of a commit"),
        ((b"it is better", b"it is \xff\xfe"), "not UTF-8"),
        ((b"-----END SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----"), "one block of its own"),
    ],
)
def test_what_git_would_not_have_written_is_refused(tagged, change, said):
    with pytest.raises(Refusal, match=said):
        tag_object.read(tagged.fetch("churn#production#1").replace(*change), "x")


def test_without_a_signature_all_is_text(tagged):
    tagged.release("v2.0.0", role=None)
    tag = tag_object.read(tagged.fetch("churn@v2.0.0"), "x")
    assert tag.signature == b"" and tag.payload == tag.raw
