import pytest
from held import asked, routes
from servers import GOOD, place

INFER = "/v2/models/churn/infer"
COLUMNS = {
    "customer_id": ("BYTES", ["C1", "C2"]),
    "observed_on": ("BYTES", ["2024-06-01", "2024-06-01"]),
    "tenure_months": ("INT64", [7, 90]),
    "plan": ("BYTES", ["monthly", None]),
    "renewed_on": ("BYTES", ["2024-01-01", None]),
}


def tensors(**changed):
    return [
        {"name": name, "shape": [len(data)], "datatype": kind, "data": data}
        for name, (kind, data) in (COLUMNS | changed).items()
    ]


@pytest.fixture
def table(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    return routes(tmp_path)


def test_it_scores_as_predict_does(table):
    status, told = asked(table, "POST", INFER, {"id": "7", "inputs": tensors()})
    assert status == 200
    assert (told["id"], told["model_name"], told["model_version"]) == ("7", "churn", "v1.0.0")
    probability, contact = told["outputs"]
    first = asked(table, "POST", "/predict", GOOD)[1]
    assert (probability["name"], probability["datatype"], probability["shape"]) == ("probability", "FP64", [2])
    assert probability["data"][0] == first["probability"] > probability["data"][1]
    assert (contact["datatype"], contact["data"][0]) == ("BOOL", first["contact"])


def test_only_outputs_that_are_asked_for_come(table):
    told = asked(table, "POST", INFER, {"inputs": tensors(), "outputs": [{"name": "contact"}]})[1]
    assert [output["name"] for output in told["outputs"]] == ["contact"] and "id" not in told


def test_columns_may_be_matrices_of_one_column(table):
    inputs = [tensor | {"shape": [2, 1]} for tensor in tensors()]
    assert asked(table, "POST", INFER, {"inputs": inputs})[0] == 200


def test_metadata_tell_inputs_and_outputs_and_that_it_is_ready(table):
    told = asked(table, "GET", "/v2/models/churn")[1]
    assert {own["name"]: own["datatype"] for own in told["inputs"]} == {
        name: kind for name, (kind, _) in COLUMNS.items()
    }
    assert told["versions"] == ["v1.0.0"] and [own["name"] for own in told["outputs"]] == ["probability", "contact"]
    assert asked(table, "GET", "/v2/models/churn/ready") == (200, {"name": "churn", "ready": True})
    assert asked(table, "GET", "/v2")[1]["name"] == "mainstay"


@pytest.mark.parametrize(
    ("inputs", "pointer"),
    [
        (tensors(tenure_months=("INT64", [7, 601])), "/inputs/2/data/1"),
        (tensors(plan=("BYTES", [7, "monthly"])), "/inputs/3/data/0"),
        (tensors(new=("FP64", [1.0, 2.0])), "/inputs/5/data/0"),
        (tensors()[:2], "/inputs"),
    ],
)
def test_faults_are_told_by_the_pointer_to_their_value(table, inputs, pointer):
    status, told = asked(table, "POST", INFER, {"inputs": inputs})
    assert status == 422 and told["errors"][0]["pointer"] == pointer and told["error"] == told["detail"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "`inputs`"),
        ([], "no inference request"),
        ({"inputs": tensors() + tensors()}, "an input stands twice"),
        ({"inputs": tensors(plan=("BYTES", ["monthly"]))}, "input plan: saw shape [1] of 1, wanted [2]"),
        ({"inputs": [tensors()[0] | {"shape": [3]}]}, "wanted [2]"),
        ({"inputs": tensors(tenure_months=("FP64", [7, 90]))}, "input tenure_months: saw datatype FP64, wanted INT64"),
        ({"inputs": tensors(), "outputs": [{"name": "class"}]}, "class"),
    ],
)
def test_a_request_of_another_shape_is_422(table, document, said):
    status, told = asked(table, "POST", INFER, document)
    assert status == 422 and said in told["error"]
