"""The attacks: each is tried, with push rights to the whole repository, and refused with one line."""

import re

import pytest
from sandbox import git
from tagged import manifest, promotion

from mainstay.refusal import Refusal
from mainstay.trust import verify
from mainstay.trust.manifest import message
from mainstay.trust.signers import AllowedSigners
from mainstay.trust.tags import Assignment

ONE, TWO = Assignment("production", 1), Assignment("production", 2)


def promoted(tagged, assignment=ONE, **given):
    return verify.promoted(assignment, tagged.fetch, given.pop("signers", tagged.signers), **given)


def refused(tagged, said, assignment=ONE, **given):
    with pytest.raises(Refusal, match=said):
        promoted(tagged, assignment, **given)


def test_a_promotion_and_its_release_are_believed_by_their_signers_alone(tagged):
    found = promoted(tagged)
    assert (found.by, found.release.by) == ("promote-production@mainstay", "release@mainstay")
    assert found.release.manifest.release == found.promotion.release == "v1.0.0"
    assert found.pins == {name: tagged.id(name) for name in ("churn@v1.0.0", "churn#production#1")}


def test_the_ids_are_those_of_git(tagged):
    assert promoted(tagged).tag.id == tagged.id("churn#production#1")


def test_a_swapped_ref_is_refused(tagged):
    tagged.ref("churn#production#99", tagged.id("churn#production#1"))
    refused(tagged, "the tag under this name is 'churn#production#1'", Assignment("production", 99))


def test_a_tag_renamed_inside_no_longer_fits_its_signature(tagged):
    raw = tagged.fetch("churn#production#1").replace(b"\ntag churn#production#1\n", b"\ntag churn#production#2\n")
    git_object(tagged, "churn#production#2", raw)
    refused(tagged, "does not fit its text", TWO)


@pytest.mark.parametrize("role", ["release", "promote-staging", "accept", "rollback"])
def test_a_promotion_by_another_role_is_refused(tagged, role):
    tagged.promote("v1.0.0", counter=2, role=role)
    refused(tagged, f"is signed by {role}@mainstay, wanted promote-production", TWO)


def test_a_release_by_another_role_is_refused(tagged):
    tagged.release("v1.1.0", role="promote-production").promote("v1.1.0", counter=2)
    refused(tagged, "churn@v1.1.0: is signed by promote-production@mainstay, wanted release", TWO)


def test_the_key_of_staging_opens_staging_only(tagged):
    tagged.promote("v1.0.0", "staging", 2)
    assert promoted(tagged, Assignment("staging", 2)).by == "promote-staging@mainstay"
    text = message(promotion(channel="production", counter=3, tag=tagged.id("churn@v1.0.0")))
    tagged.tag("churn#production#3", "HEAD", text, "promote-staging")
    refused(tagged, "wanted promote-production", Assignment("production", 3))


def test_an_unsigned_promotion_is_refused(tagged):
    tagged.tag("churn#production#2", "HEAD", tagged.fetch("churn#production#1").decode().split("\n\n", 1)[1], None)
    git_object(
        tagged,
        "churn#production#2",
        re.sub(rb"-----BEGIN(.|\n)*", b"", tagged.fetch("churn#production#1")).replace(b"#1\n", b"#2\n", 1),
    )
    refused(tagged, "churn#production#2: is not signed", TWO)


def test_an_unsigned_release_is_refused(tagged):
    tagged.release("v1.1.0", role=None).promote("v1.1.0", counter=2)
    refused(tagged, "churn@v1.1.0: is not signed", TWO)


def test_a_lightweight_tag_is_refused(tagged):
    tagged.ref("churn#production#2", "HEAD")
    refused(tagged, "is no annotated tag of a commit", TWO)


def test_a_tag_of_a_tag_is_refused(tagged):
    git(tagged.root, "tag", "--annotate", "--message", "nested", "churn#production#2", "churn#production#1")
    refused(tagged, "is no annotated tag of a commit", TWO)


def test_a_moved_release_tag_is_refused_even_when_signed_by_its_role(tagged):
    git(tagged.root, "tag", "--delete", "churn@v1.0.0")
    tagged.release("v1.0.0")
    refused(tagged, "that tag was moved")


def test_a_moved_channel_tag_is_refused_by_its_pin(tagged):
    pins = promoted(tagged).pins
    git(tagged.root, "tag", "--delete", "churn#production#1")
    tagged.promote("v1.0.0", counter=1, why="another")
    assert promoted(tagged)
    refused(tagged, "churn#production#1: was moved", pins=pins)


def test_a_signature_glued_to_the_text_is_none(tagged):
    glued = tagged.fetch("churn#production#1").replace(b"\n-----BEGIN", b"-----BEGIN")
    git_object(tagged, "churn#production#1", glued)
    refused(tagged, "not one block of its own at the end")


@pytest.mark.parametrize("forge", [lambda raw: raw + b"{}\n", lambda raw: raw + raw[raw.index(b"-----BEGIN") :]])
def test_nothing_stands_behind_the_signature(tagged, forge):
    git_object(tagged, "churn#production#1", forge(tagged.fetch("churn#production#1")))
    refused(tagged, "not one block of its own at the end")


def test_a_changed_text_no_longer_fits_its_signature(tagged):
    git_object(tagged, "churn#production#1", tagged.fetch("churn#production#1").replace(b"better", b"worse!"))
    refused(tagged, "does not fit its text")


def test_signers_brought_along_in_the_commit_count_for_nothing(tagged, tmp_path):
    from mainstay.trust import keys

    own = keys.make(tmp_path / "attacker", "mainstay")
    (tagged.root / ".mainstay").mkdir()
    for place in ("allowed_signers", ".mainstay/allowed_signers"):
        (tagged.root / place).write_text(own.allowed_signers.read_text())
    git(tagged.root, "config", "gpg.ssh.allowedSignersFile", str(own.allowed_signers))
    git(tagged.root, "add", "--all", "--force")
    trusted = tagged.signers
    tagged.keys = own
    tagged.release("v1.1.0").promote("v1.1.0", counter=2)
    assert promoted(tagged, TWO, signers=tagged.signers), "the attacker's own list would do"
    refused(tagged, "a key that .* does not list", TWO, signers=trusted)


def test_an_older_promotion_is_not_replayed(tagged):
    refused(tagged, "does not exceed 1", after=1)


def test_a_tag_that_points_elsewhere_than_its_release_is_refused(tagged):
    tagged.release("v1.1.0")
    text = message(promotion(counter=2, tag=tagged.id("churn@v1.0.0")))
    tagged.tag("churn#production#2", "HEAD", text, "promote-production")
    refused(tagged, "points at commit", TWO)


def test_a_manifest_of_another_commit_or_version_is_refused(tagged):
    tagged.release("v1.1.0", commit="1" * 40).promote("v1.1.0", counter=2)
    refused(tagged, "its manifest names 1111111111", TWO)
    tagged.release("v1.2.0", text=message(manifest("v1.3.0", "1" * 40))).promote("v1.2.0", counter=3)
    refused(tagged, "what is signed is v1.3.0", Assignment("production", 3))


def test_what_was_in_production_can_be_gone_back_to(tagged):
    tagged.release("v1.1.0").promote("v1.1.0", counter=2).roll_back("v1.0.0", 3, earlier=1)
    found = promoted(tagged, Assignment("production", 3))
    assert found.by == "rollback@mainstay" and found.release.manifest.release == "v1.0.0"
    assert set(found.pins) == {"churn#production#3", "churn@v1.0.0", "churn#production#1"}


@pytest.mark.parametrize(
    ("earlier", "channel"), [(1, "production"), (3, "production"), (2, "staging")], ids=["another", "later", "channel"]
)
def test_the_key_of_rollback_brings_nothing_new_to_production(tagged, earlier, channel):
    tagged.release("v1.1.0").promote("v1.1.0", "staging", 2)
    if earlier == 3:
        tagged.promote("v1.1.0", counter=3)
        tagged.roll_back("v1.1.0", 2, earlier=3)
        refused(tagged, "is no earlier promotion", TWO)
    elif channel == "production":
        tagged.roll_back("v1.1.0", 4, earlier=earlier)
        refused(tagged, "is no earlier promotion", Assignment("production", 4))
    else:
        tagged.roll_back("v1.1.0", 4, earlier=1, channel="production")
        refused(tagged, "only what was there", Assignment("production", 4))


def test_a_rollback_without_proof_is_refused(tagged):
    tagged.promote("v1.0.0", counter=2, kind="rollback")
    refused(tagged, "names no earlier promotion", TWO)


def test_acceptance_belongs_in_its_own_channel(tagged):
    tagged.promote("v1.0.0", "accepted", 2, kind="accept")
    assert promoted(tagged, Assignment("accepted", 2)).by == "accept@mainstay"
    text = message(promotion(counter=3, kind="accept", tag=tagged.id("churn@v1.0.0")))
    tagged.tag("churn#production#3", "HEAD", text, "accept")
    refused(tagged, "kind accept", Assignment("production", 3))


def test_a_pattern_on_the_list_is_nobody(tagged):
    line = next(x for x in tagged.signers.text.splitlines() if x.startswith("promote-production"))
    anybody = AllowedSigners(line.replace("promote-production@mainstay", "*@mainstay") + "\n", "list")
    refused(tagged, "wanted promote-production", signers=anybody)


def test_one_key_may_hold_several_roles(tagged):
    lines = tagged.signers.text.splitlines()
    key = lines[0].split(" ", 1)[1]
    all_in_one = AllowedSigners("".join(f"{line.split()[0]} {key}\n" for line in lines), "list")
    tagged.promote("v1.0.0", counter=2, role="release")
    assert promoted(tagged, TWO, signers=all_in_one).by == "promote-production@mainstay"


NAMES = ["churn#production#1", "churn#production#7", "churn#staging#9"]


def test_a_hidden_newer_tag_is_noticed():
    assert verify.newest(NAMES, "production", 7) == Assignment("production", 7)
    with pytest.raises(Refusal, match="shows counter 7, but 8 was seen"):
        verify.newest(NAMES, "production", 8)
    with pytest.raises(Refusal, match="shows nothing, but 1"):
        verify.newest([], "production", 1)
    assert verify.newest([], "production", 0) is None


def git_object(tagged, name, raw):
    """A tag object of any bytes, put under a name."""
    path = tagged.root / "object"
    path.write_bytes(raw)
    tagged.ref(name, git(tagged.root, "hash-object", "-t", "tag", "--literally", "-w", str(path)).strip())
