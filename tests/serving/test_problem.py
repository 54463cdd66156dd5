import json

import pytest

from mainstay.serving.problem import Problem, Wrong, pointer


def test_it_is_told_as_rfc_9457_has_it():
    problem = Problem(422, "/a is wrong", [Wrong("/a", "is wrong")])
    problem.more["error"] = "as others call it"
    assert json.loads(problem.body) == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "/a is wrong",
        "errors": [{"pointer": "/a", "detail": "is wrong"}],
        "error": "as others call it",
    }


@pytest.mark.parametrize(
    ("steps", "told"), [((), ""), ((0,), "/0"), ((1, "a/b"), "/1/a~1b"), (("~1",), "/~01"), (("",), "/")]
)
def test_a_pointer_escapes_what_it_has_to(steps, told):
    assert pointer(*steps) == told
