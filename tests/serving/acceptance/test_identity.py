import msgspec
import pytest

from mainstay.serving.acceptance.identity import differences, identity


def test_the_signed_manifest_is_the_identity(service, subject):
    told = identity(service, subject.manifest)
    assert told.verdict.answer == "pass" and told.figures["release"] == "v1.0.0"


@pytest.mark.parametrize("key", ["release", "model", "contract", "commit", "lock"])
def test_any_other_digest_is_another_release(subject, key):
    signed = msgspec.to_builtins(subject.manifest)
    assert differences(signed | {key: "other"}, signed) and differences({}, signed)


@pytest.mark.parametrize("told", [[], None, "v1.0.0", {}])
def test_a_server_that_tells_nothing_of_use_fails(fake, service, subject, told):
    fake.release = lambda: told
    assert identity(service, subject.manifest).verdict.answer == "fail"
