import pytest

from mainstay.serving.acceptance.golden import golden


def test_the_signed_scores_are_wanted_within_the_tolerance(fake, service, subject, wanted):
    assert golden(service, subject.manifest, wanted).verdict.answer == "pass"
    real = fake.score
    fake.score = lambda row: real(row) + 2e-6
    told = golden(service, subject.manifest, wanted)
    assert "scores 2e-06 otherwise than signed" in told.verdict.reasons[0]
    assert told.figures["largest difference"] == pytest.approx(2e-6, rel=0.01)


def test_a_list_in_another_order_fails(fake, service, subject, wanted):
    real = fake.answer

    def turned(body):
        document = real(body)
        if "predictions" in document:
            document["predictions"].reverse()
        return document

    fake.answer = turned
    assert len(golden(service, subject.manifest, wanted).verdict.reasons) == 1
