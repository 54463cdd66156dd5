"""The whole examination, against a server that keeps the interface and against those that do not."""

import msgspec
import pytest
from servers import limits as params
from servers import serving

from mainstay.refusal import Refusal
from mainstay.serving import accept, slot
from mainstay.serving.accept import CHECKS, Examined, examine_service
from mainstay.serving.acceptance.asking import Service
from mainstay.trust.manifest import Promotion


def test_a_server_that_is_the_release_passes_with_its_figures(service, subject, limits):
    examined = examine_service(service, subject, limits)
    assert examined.verdict.answer == "pass", examined.verdict.reasons
    assert tuple(c.name for c in examined.checks) == CHECKS
    replayed = examined.as_dict()["checks"][3]["figures"]
    assert replayed["rows"] == len(subject.rows.outcome)
    assert replayed["roc_auc"] == pytest.approx(subject.manifest.metrics["roc_auc"], abs=1e-5)
    assert examined.lines[3].startswith("replay              pass  rows ")


def test_the_real_server_passes(subject, data, limits, tmp_path):
    files = {slot.MODEL: data, slot.MANIFEST: msgspec.json.encode(subject.manifest), slot.PROMOTION: promotion()}
    slot.swap(tmp_path / "slots", slot.place(tmp_path / "slots", 1, subject.manifest.model.sha256, files))
    with serving(tmp_path / "slots", params=params(tmp_path, request_timeout_s=0.5)) as server:
        examined = examine_service(Service(f"http://127.0.0.1:{server.port}", 10.0), subject, limits)
    assert examined.verdict.answer == "pass", examined.verdict.reasons


def promotion():
    """By which the release is in a channel; a server without a list of signers only looks at its form."""
    return msgspec.json.encode(
        Promotion(
            kind="promote", channel="staging", counter=1, release="v1.0.0", tag="0" * 40, why="asked for", by="ann"
        )
    )


def test_a_server_that_is_down_fails_and_says_what_was_not_examined(subject, limits):
    examined = examine_service(Service("http://127.0.0.1:9", 1.0), subject, limits)
    assert examined.verdict.answer == "fail"
    down, left_out = examined.verdict.reasons
    assert "gave no answer" in down and left_out.startswith("not examined: golden rows, contract errors, replay")


def test_a_server_of_another_release_fails_before_it_is_asked_anything(fake, service, subject, limits):
    fake.manifest = msgspec.structs.replace(subject.manifest, release="v0.9.0")
    examined = examine_service(service, subject, limits)
    assert examined.verdict.answer == "fail" and fake.asked == 0
    assert "the server's release is 'v0.9.0', wanted 'v1.0.0'" in examined.verdict.reasons[0]


def test_a_server_that_breaks_down_on_the_way_fails_afterwards(fake, service, subject, limits):
    real, broken = fake.answer, []

    def answer(body):
        if body == b"1":
            broken.append(True)
        if broken:
            raise ConnectionError
        return real(body)

    fake.answer = answer
    verdict = examine_service(service, subject, limits).verdict
    assert verdict.answer == "fail" and any(reason.startswith("afterwards: no answer") for reason in verdict.reasons)


def test_nothing_examined_is_no_pass():
    examined = Examined("http://x", "v1.0.0", "0" * 64, ())
    assert examined.verdict.answer == "inconclusive" and "not examined: identity" in examined.verdict.reasons[0]


def test_a_release_without_an_operating_point_cannot_be_judged(subject):
    with pytest.raises(Refusal, match="tells no operating_point"):
        accept.operating_point(msgspec.structs.replace(subject.manifest, metrics={}))
