import pytest
import yaml
from imports import simulated

from mainstay.refusal import Refusal
from mainstay.release.base_rows import Data, data_of, point

PARAMS = simulated("params.yaml").read_bytes()
RAW = yaml.safe_dump(
    {"outs": [{"md5": "a" * 32 + ".dir", "size": 9, "nfiles": 2, "hash": "md5", "path": "raw"}]}
).encode()


def with_months(months):
    document = yaml.safe_load(PARAMS)
    document["simulate"]["months"] = months
    return yaml.safe_dump(document).encode()


def test_the_same_values_are_the_same_data_however_they_are_written():
    assert data_of(PARAMS, None) == data_of(yaml.safe_dump(yaml.safe_load(PARAMS)).encode(), None)
    assert data_of(PARAMS, None) != data_of(with_months(25), None)


def test_of_a_pointer_only_the_digest_is_taken():
    evil = yaml.safe_load(RAW) | {"deps": [{"path": "https://evil.example/x"}], "frozen": False, "cmd": "touch x"}
    evil["outs"][0] |= {"path": "../../src", "remote": "evil", "desc": "x"}
    assert data_of(PARAMS, yaml.safe_dump(evil).encode()) == data_of(PARAMS, RAW)


@pytest.mark.parametrize(
    ("parameters", "raw", "said"),
    [
        (b"]", None, r"params\.yaml"),
        (b"[]", None, r"params\.yaml"),
        (b"simulate: {months: many}", None, "simulate"),
        (PARAMS, b"{}", "data/raw.dvc"),
        (PARAMS, b"outs: []", "data/raw.dvc"),
        (PARAMS, b"outs: [{md5: ../../etc/passwd}]", "32 hexadecimal digits"),
    ],
)
def test_what_cannot_be_read_is_refused(parameters, raw, said):
    with pytest.raises(Refusal, match=said):
        data_of(parameters, raw)


def test_a_tree_takes_the_branch_s_data_and_nothing_else_of_it(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "params.yaml").write_bytes(PARAMS)
    (tmp_path / "data/raw.dvc").write_bytes(RAW)
    head = data_of(with_months(25), RAW.replace(b"a" * 32, b"b" * 32))
    point(tmp_path, data_of(PARAMS, RAW), head)
    before, after = yaml.safe_load(PARAMS), yaml.safe_load((tmp_path / "params.yaml").read_text())
    assert after["simulate"]["months"] == 25
    assert {k: v for k, v in after.items() if k != "simulate"} == {k: v for k, v in before.items() if k != "simulate"}
    (output,) = yaml.safe_load((tmp_path / "data/raw.dvc").read_text())["outs"]
    assert (output["md5"], output["path"]) == ("b" * 32 + ".dir", "raw")


def test_another_way_to_get_data_is_refused(tmp_path):
    with pytest.raises(Refusal, match="in another way than the base"):
        point(tmp_path, Data({"months": 1}, None), Data(None, {"md5": "a" * 32}))
