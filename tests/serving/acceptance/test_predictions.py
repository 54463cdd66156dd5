import json

import pytest

from mainstay.serving.acceptance.asking import Answer

ONE = {"probability": 0.7, "contact": True}


def answer(document, status=200):
    return Answer(status, "application/json", json.dumps(document).encode(), 0.01)


def test_one_row_and_a_list_are_read(wanted):
    (one,), fault = wanted.read(answer(ONE | {"release": "v1.0.0", "reasons": []}), None)
    assert one.probability == 0.7 and fault is None
    many, fault = wanted.read(answer({"release": "v1.0.0", "predictions": [ONE, ONE]}), 2)
    assert len(many) == 2 and fault is None


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (ONE, "missing required field `release`"),
        (ONE | {"release": "v1.0.0", "probability": "0.7"}, "no prediction"),
        (ONE | {"release": "v1.0.0", "probability": None}, "no prediction"),
        (ONE | {"release": "v0.9.0"}, "answered by v0.9.0, wanted v1.0.0"),
        (ONE | {"release": "v1.0.0", "contact": False}, "contact is False at 0.7, contacted from 0.6"),
        ([], "no prediction"),
    ],
)
def test_anything_else_is_a_fault_with_its_reason(wanted, document, said):
    assert said in wanted.read(answer(document), None)[1]


def test_a_list_has_as_many_predictions_as_rows(wanted):
    assert "gets 1 predictions, wanted 2" in wanted.read(answer({"release": "v1.0.0", "predictions": [ONE]}), 2)[1]


def test_at_the_operating_point_itself_either_decision_will_do(wanted):
    for contact in (True, False):
        at = {"probability": 0.6, "contact": contact, "release": "v1.0.0"}
        assert wanted.read(answer(at), None)[1] is None


def test_another_status_is_told_with_what_was_said(wanted):
    assert wanted.read(answer({"title": "busy"}, 503), None)[1] == 'answers 503, wanted 200: \'{"title": "busy"}\''
