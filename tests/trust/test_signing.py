import pytest
from sandbox import git
from tagged import promotion

from mainstay.refusal import Refusal
from mainstay.trust import tag_object
from mainstay.trust.manifest import message
from mainstay.trust.signers import AllowedSigners
from mainstay.trust.signing import sign, signed_by


def tag(tagged, name="churn#production#1"):
    return tag_object.read(tagged.fetch(name), name)


def test_what_was_signed_verifies_and_is_what_git_verifies(tagged):
    assert signed_by(tag(tagged), {"promote-production", "other"}, tagged.signers) == "promote-production@mainstay"
    git(
        tagged.root,
        "-c",
        f"gpg.ssh.allowedSignersFile={tagged.keys.allowed_signers}",
        "verify-tag",
        "churn#production#1",
    )


def test_the_same_is_signed_to_the_same_bytes(tagged):
    made = tagged.fetch("churn#production#1")
    git(tagged.root, "tag", "--delete", "churn#production#1")
    key, text = tagged.keys.of("promote-production"), message(tagged.promotions[1])
    sign(tagged.root, "churn#production#1", "HEAD", text, key, tag_object.read(made, "x").epoch_s)
    assert tagged.fetch("churn#production#1") == made


def test_a_key_that_is_none_is_told_of(tagged, tmp_path):
    (tmp_path / "key").write_text("no key")
    with pytest.raises(Refusal, match="git cannot sign it"):
        sign(tagged.root, "churn#production#2", "HEAD", message(promotion(counter=2)), tmp_path / "key", 1)


@pytest.mark.parametrize(("until", "holds"), [("20200101", False), ("20990101", True)])
def test_a_key_that_was_listed_for_a_time_is_judged_at_the_time_of_signing(tagged, until, holds):
    text = tagged.signers.text.replace('namespaces="git"', f'namespaces="git",valid-before="{until}"')
    if holds:
        assert signed_by(tag(tagged), {"promote-production"}, AllowedSigners(text, "list"))
    else:
        with pytest.raises(Refusal):
            signed_by(tag(tagged), {"promote-production"}, AllowedSigners(text, "list"))


def test_a_signature_for_another_purpose_counts_for_nothing(tagged):
    text = tagged.signers.text.replace('namespaces="git"', 'namespaces="file"')
    with pytest.raises(Refusal):
        signed_by(tag(tagged), {"promote-production"}, AllowedSigners(text, "list"))
