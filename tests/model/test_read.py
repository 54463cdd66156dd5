import json

import pytest
from onnx import TensorProto, helper
from tampering import good, refusal

from mainstay.model import read
from mainstay.model.file import Model
from mainstay.refusal import Refusal


def metadata(**changes):
    def change(model):
        content = json.loads(model.metadata_props[0].value)
        model.metadata_props[0].value = json.dumps({**content, **changes})

    return change


def text(value):
    def change(model):
        model.metadata_props[0].value = value

    return change


def external_data(model):
    tensor = TensorProto(name="weights", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="/etc/passwd")
    model.graph.initializer.append(tensor)


def tensor_attribute(model):
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    model.graph.node[0].attribute.append(helper.make_attribute("nodes_values_as_tensor", tensor))


def domain(model):
    model.graph.node[1].domain = "com.evil"


def opset(model):
    model.opset_import.append(helper.make_opsetid("com.evil", 1))


def operator(model):
    model.graph.node[1].op_type = "Tanh"


def another_operator(model):
    model.graph.node.append(helper.make_node("Identity", ["probability"], ["copy"]))


def rewired(model):
    model.graph.node[1].input[0] = "features"


def function(model):
    model.functions.add(name="Sigmoid", domain="")


def subgraph(model):
    model.graph.node[1].attribute.append(helper.make_attribute("body", model.graph.__class__()))


def input_shape(model):
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 4


def output_kind(model):
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.DOUBLE


def no_metadata(model):
    del model.metadata_props[:]


def twice(model):
    model.metadata_props.append(model.metadata_props[0])


def fewer_columns(model):
    content = json.loads(model.metadata_props[0].value)
    content["contract"]["columns"].pop()
    model.metadata_props[0].value = json.dumps(content)


def same_column_twice(model):
    content = json.loads(model.metadata_props[0].value)
    content["contract"]["columns"][1] = content["contract"]["columns"][0]
    model.metadata_props[0].value = json.dumps(content)


HOSTILE = [
    (external_data, "graph.initializer: saw 1, wanted 0"),
    (tensor_attribute, "'nodes_values_as_tensor' is not wanted"),
    (domain, "domain 'com.evil', which it may not be"),
    (opset, "operator sets: saw"),
    (operator, "operators: saw"),
    (another_operator, "operators: saw"),
    (rewired, "operators: saw"),
    (function, "functions: saw 1"),
    (subgraph, "attributes of Sigmoid: saw 1"),
    (input_shape, "inputs: saw"),
    (output_kind, "outputs: saw"),
    (no_metadata, "entries 'mainstay' in its metadata: saw 0, wanted 1"),
    (twice, "entries 'mainstay' in its metadata: saw 2, wanted 1"),
    (metadata(format=2), "format: saw 2, wanted 1"),
    (metadata(format="1"), "format: saw 1, wanted 1"),
    (metadata(about=[]), "metadata: wanted an object"),
    (metadata(contract=None), "contract inside the model file"),
    (metadata(contract={"id": 1}), "contract inside the model file"),
    (text("{"), "metadata: not JSON"),
    (text("[" * 100_000), "metadata: not JSON"),
    (text('{"format": NaN}'), "NaN is no JSON number"),
    (fewer_columns, "inputs: saw"),
    (same_column_twice, "wanted each once"),
]


@pytest.mark.parametrize(("change", "complaint"), HOSTILE)
def test_a_file_that_is_unusual_in_any_way_is_refused_in_one_line(change, complaint):
    said = refusal(change)
    assert complaint in said
    assert said.startswith("data/model.onnx: ")
    assert "\n" not in said


@pytest.mark.parametrize("data", [b"", b"no model", b"\x80\x04pickle.", good()[:-100]])
def test_bytes_that_are_no_whole_model_are_refused(data):
    with pytest.raises(Refusal):
        Model.from_bytes(data)


def test_a_bit_flipped_anywhere_is_refused_or_leaves_a_model_that_scores():
    data = good()
    for position in range(0, len(data), 7):
        flipped = bytearray(data)
        flipped[position] ^= 0x10
        try:
            model = Model.from_bytes(bytes(flipped))
        except Refusal:
            continue
        assert 0 <= model.score_one({"x0": 1.0, "x1": None, "x2": -1.0}) <= 1


def test_a_file_beyond_the_cap_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(read, "MAX_BYTES", 100)
    with pytest.raises(Refusal, match=r"bytes, wanted at most 100"):
        Model.from_bytes(good())
