"""The document is true: requests made from it, good and bad, are answered as it says."""

import jsonschema
import pytest
import schemathesis
from held import LIMITS
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from servers import GOOD, limits, place, serving
from shipped import CONTRACT

from mainstay.serving import openapi

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("openapi")
    place(folder / "slots", "v1.0.0")
    with serving(folder / "slots", params=limits(folder)) as running:
        yield running


def test_a_row_of_the_document_is_a_row_of_the_contract():
    document = openapi.document(CONTRACT, "v1.0.0", LIMITS.max_rows, guarded=False)
    row = jsonschema.Draft202012Validator(document["components"]["schemas"]["Row"])
    assert (
        row.is_valid(GOOD) and not row.is_valid(GOOD | {"new": 1}) and not row.is_valid(GOOD | {"tenure_months": 601})
    )


def fuzz(server, path, method, examples):
    """Asks what the document allows and what it forbids, and holds each answer against it."""
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
    operation = schema[path][method]
    good, bad = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(good | bad if method == "POST" else good)
    def ask(case):
        case.call_and_validate(checks=CHECKS)

    ask()


@pytest.mark.parametrize("path", ["/predict", "/v2/models/churn/infer"])
@pytest.mark.parametrize("examples", [50, pytest.param(2000, marks=pytest.mark.slow)])
def test_requests_made_from_the_document_are_answered_as_it_says(server, path, examples):
    fuzz(server, path, "POST", examples)
    assert server.predict(GOOD)[0] == 200


@pytest.mark.parametrize("path", ["/release", "/v2", "/v2/models/churn", "/v2/health/ready", "/metrics", "/docs"])
def test_what_is_told_is_told_as_it_says(server, path):
    fuzz(server, path, "GET", 5)
