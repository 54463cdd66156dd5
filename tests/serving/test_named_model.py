import pytest
import servers
import tiny
from imports import ROOT

from mainstay.refusal import Refusal
from mainstay.serving.named_model import load

PARAMS = ROOT / "params.yaml"


def test_a_bare_file_is_called_by_the_beginning_of_its_digest(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(tiny.model_bytes(tiny.rows(300)))
    found = load(path, PARAMS)
    assert found.name == f"sha256:{found.model.digest[:12]}"
    assert found.operating_point == 0.6


def test_a_synced_directory_gives_its_current_release(tmp_path):
    servers.place(tmp_path, "v1.3.0")
    servers.place(tmp_path, "v1.4.0", level=2.0, counter=2)
    assert load(tmp_path, PARAMS).name == "v1.4.0"


def test_a_damaged_release_is_refused(tmp_path):
    placed = servers.place(tmp_path, "v1.4.0")
    (placed.path / "model.onnx").write_bytes(b"damaged")
    with pytest.raises(Refusal, match="it will be fetched again"):
        load(tmp_path, PARAMS)


def test_a_directory_without_a_release_says_what_to_run(tmp_path):
    with pytest.raises(Refusal, match="run `mainstay sync`"):
        load(tmp_path, PARAMS)


@pytest.mark.parametrize("point", [None, 1.5, "high"])
def test_a_model_that_does_not_say_whom_to_contact_is_refused(tmp_path, point):
    path = tmp_path / "model.onnx"
    path.write_bytes(tiny.model_bytes(tiny.rows(300), operating_point=point))
    with pytest.raises(Refusal, match="operating_point is"):
        load(path, PARAMS)
