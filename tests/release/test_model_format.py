import pytest
from contest import model_bytes
from onnx import ModelProto

from mainstay.model.read import FORMAT
from mainstay.release.model_format import format_of


def saying(*entries):
    model = ModelProto()
    for text in entries:
        model.metadata_props.add(key="mainstay", value=text)
    return model.SerializeToString()


def test_it_is_what_the_file_says():
    assert format_of(model_bytes("champion_band", [0.1, 0.2])) == FORMAT
    assert format_of(saying('{"format": 2}')) == 2


@pytest.mark.parametrize(
    "data", [b"", b"no model", saying(), saying("{"), saying("[]"), saying("{}"), saying("{}", "{}")]
)
def test_a_file_that_says_nothing_has_none(data):
    assert format_of(data) is None
